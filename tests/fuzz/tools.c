/* tools: readers of text and of streams, as the command lines of the tools that have them. */
#include "fuzz/fuzz.h"

#define MAIN(tool) int tool##_main(int argc, char **argv)
MAIN(alignlbl);
MAIN(bertfwd);
MAIN(conll2msg);
MAIN(json2msg);
MAIN(logit2span);
MAIN(logit2tag);
MAIN(maplbl);
MAIN(mkbatch);
MAIN(msg2conll);
MAIN(msg2json);
MAIN(msgsplit);
MAIN(msgview);
MAIN(seqeval);
MAIN(text2msg);
MAIN(trainstep);
MAIN(wptok);

/* Who reads what a tool wrote. */
#define STREAM                                                                                                                   \
    {                                                                                                                            \
        msg2json_main,                                                                                                           \
        {                                                                                                                        \
            "msg2json", "@"                                                                                                      \
        }                                                                                                                        \
    }
#define JSON                                                                                                                     \
    {                                                                                                                            \
        json2msg_main,                                                                                                           \
        {                                                                                                                        \
            "json2msg", "@"                                                                                                      \
        }                                                                                                                        \
    }
#define CONLL                                                                                                                    \
    {                                                                                                                            \
        conll2msg_main,                                                                                                          \
        {                                                                                                                        \
            "conll2msg", "-c", "1=tokens,2=ner_tags", "--comments", "no", "@"                                                    \
        }                                                                                                                        \
    }

const struct fuzz_target fuzz_tools[] = {
    {"text", .tool = {text2msg_main, {"text2msg", "--tokens", "--documents", "@"}}, .then = STREAM},
    {"conll", .tool = {conll2msg_main, {"conll2msg", "@"}}, .then = STREAM},
    {"conll-schemes", .tool = {conll2msg_main, {"conll2msg", "--from", "iob1", "--scheme", "bioes", "--repair", "@"}},
     .then = STREAM},
    {"conll-2012", .tool = {conll2msg_main, {"conll2msg", "--format", "conll2012", "@"}}, .then = STREAM},
    {"conll-u", .tool = {conll2msg_main, {"conll2msg", "-c", "#sent_id=id,#text=text,2=tokens,4=pos_tags", "@"}}, .then = STREAM},
    {"csv", .tool = {conll2msg_main, {"conll2msg", "--format", "csv", "@"}}, .then = STREAM},
    {"json", .tool = {json2msg_main, {"json2msg", "@"}}, .then = STREAM},
    {"spans", .tool = {json2msg_main, {"json2msg", "--overlap", "longest", "--bad-spans", "drop", "@"}}, .then = STREAM},
    {"stream", .tool = {msg2json_main, {"msg2json", "--header", "--trailer", "@"}}, .then = JSON},
    {"msg2json", .tool = {msg2json_main, {"msg2json", "--names", "--ascii", "@"}}},
    {"msg2json-to", .tool = {msg2json_main, {"msg2json", "--to", "labelstudio", "@"}}},
    {"msg2conll", .tool = {msg2conll_main, {"msg2conll", "--fields", "tokens,ner_tags", "--separator", "tab", "@"}},
     .then = CONLL},
    {"msg2conll-schemes", .tool = {msg2conll_main, {"msg2conll", "--scheme", "bioes", "--repair", "--docstart", "@"}}},
    {"msgview", .tool = {msgview_main, {"msgview", "--color", "always", "--width", "40", "@"}}},
    {"msgview-sort", .tool = {msgview_main, {"msgview", "--sort", "score", "--only", "errors", "@"}}},
    {"msgview-pieces", .tool = {msgview_main, {"msgview", "--pieces", "@"}}},
    {"msgview-summary", .tool = {msgview_main, {"msgview", "--summary", "@"}}},
    {"msgview-html", .tool = {msgview_main, {"msgview", "--html", "@"}}},
    {"msgsplit", .tool = {msgsplit_main, {"msgsplit", "-p", "1:1", "-o", "model/split", "@"}}},
    {"maplbl", .tool = {maplbl_main, {"maplbl", "--to", "bioes", "--repair", "@"}}, .then = STREAM},
    {"wptok", .tool = {wptok_main, {"wptok", "-m", "model/bert", "--overflow", "window", "--context", "4", "--masks", "@"}},
     .then = STREAM},
    {"alignlbl", .tool = {alignlbl_main, {"alignlbl", "@"}}, .then = STREAM},
    {"mkbatch", .tool = {mkbatch_main, {"mkbatch", "--pad", "--batch-size", "2", "@"}}, .then = STREAM},
    {"trainstep", .tool = {trainstep_main, {"trainstep", "-m", "model/bert", "--dry-run", "-t", "1", "@"}}},
    {"bertfwd", .tool = {bertfwd_main, {"bertfwd", "-m", "model/bert", "-t", "1", "@"}}, .then = STREAM},
    {"logit2tag", .tool = {logit2tag_main, {"logit2tag", "--constrain", "@"}}, .then = STREAM},
    {"logit2span", .tool = {logit2span_main, {"logit2span", "--aggregation", "average", "@"}}, .then = STREAM},
    {"seqeval", .tool = {seqeval_main, {"seqeval", "--confusion", "--errors", "2", "@"}}},
    {0},
};
