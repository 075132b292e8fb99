# recipes.mk: known corpora, a line each: settings of course.mk, any of which the command line can change.
#
#   make -f pipelines/course.mk RECIPE=conll2003-ner MODEL=minilm DATA=conll2003
recipe.conll2003-ner   := FIELD=ner_tags LR=1e-4
recipe.conll2003-chunk := FIELD=chunk_tags LR=1e-4 EPOCHS=1
recipe.conll2003-pos   := FIELD=pos_tags LR=1e-4 EPOCHS=1
recipe.wnut17-ner      := FIELD=ner_tags LR=1e-4 TRAIN=wnut17train.conll DEV=emerging.dev.conll TEST=emerging.test.annotated
# Its XPOS has labels in the development set that are not in the training set; UPOS alone is read.
recipe.taiga-pos       := FIELD=pos_tags LR=1e-4 COLUMNS_READ=2=tokens,4=pos_tags OVERFLOW=window TRAIN=ru_taiga-ud-train.conllu DEV=ru_taiga-ud-dev.conllu TEST=ru_taiga-ud-test.conllu
