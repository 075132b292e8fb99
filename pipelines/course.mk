# course.mk: an experiment as rules, from corpus files to a fine-tuned model and its scores. If an input or an option changes,
# make makes again only what depends on it. Stop it at any time; the same command continues after the last whole epoch.
#
#   make -f pipelines/course.mk MODEL=bert-base-cased DATA=conll2003 OUT=course [EPOCHS=3 LR=2e-5 ...]
#   make -f pipelines/course.mk RECIPE=wnut17-ner MODEL=bert-base-cased DATA=wnut17        (recipes.mk has them all)
#
# The scores are in $(OUT)/scores.txt, the model in $(OUT)/best. All epochs are kept: $(OUT)/epoch-N, dev-N.json, steps-N.msg.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
include $(here)/recipes.mk
recipes := $(patsubst recipe.%,%,$(filter recipe.%,$(.VARIABLES)))
$(if $(filter-out $(recipes),$(RECIPE)),$(error no recipe $(RECIPE); there are: $(sort $(recipes))))
settings := $(recipe.$(RECIPE))
of_recipe = $(or $(patsubst $(1)=%,%,$(filter $(1)=%,$(settings))),$(2))
files := $(call of_recipe,TRAIN,train.txt) $(call of_recipe,DEV,valid.txt) $(call of_recipe,TEST,test.txt)
name_of = $(firstword $(subst =, ,$(1)))
$(foreach s,$(filter-out TRAIN=% DEV=% TEST=%,$(settings)),$(eval $(call name_of,$(s)) ?= $(patsubst $(call name_of,$(s))=%,%,$(s))))

MODEL    ?= $(error which model? MODEL=DIR)
DATA     ?= $(error which corpus? DATA=DIR with $(files))
OUT      ?= $(or $(RECIPE),course)
TRAIN    ?= $(DATA)/$(word 1,$(files))
DEV      ?= $(DATA)/$(word 2,$(files))
TEST     ?= $(DATA)/$(word 3,$(files))
# How the corpus is read: options of conll2msg(1), wptok(1) and alignlbl(1).
COLUMNS_READ ?=
SCHEME   ?=
FIELD    ?= ner_tags
RULE     ?= inside
MAX      ?=
OVERFLOW ?= error
# How the model is trained: the settings of the course. TRAINSTEP has more options of trainstep(1), SEQEVAL of seqeval(1).
EPOCHS   ?= 3
BATCH    ?= 8
LR       ?= 2e-5
DECAY    ?= 0.01
SCHEDULE ?= linear
WARMUP   ?= 0
SEED     ?= 42
TRAINSTEP ?=
SEQEVAL  ?=

export LC_ALL := C.UTF-8
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
bin  := $(firstword $(patsubst %/conll2msg,%,$(wildcard $(TAGPIPE_BIN)/conll2msg $(here)/../build/conll2msg $(here)/../../../bin/conll2msg)))
ifneq ($(bin),)
export PATH := $(abspath $(bin)):$(PATH)
endif
numbers := $(shell seq $(EPOCHS))
epoch_dirs := $(numbers:%=$(OUT)/epoch-%/model.safetensors)

.PHONY: all
all: $(OUT)/scores.txt

# The file of an option changes only if the option changes; everything that depends on the option depends on the file.
read_options  := columns $(COLUMNS_READ) scheme $(SCHEME)
label_options := field $(FIELD) rule $(RULE) max $(MAX) overflow $(OVERFLOW)
init_options  := model $(MODEL) field $(FIELD) seed $(SEED)
train_options := epochs $(EPOCHS) batch $(BATCH) lr $(LR) decay $(DECAY) schedule $(SCHEDULE) warmup $(WARMUP) seed $(SEED) $(TRAINSTEP)
score_options := field $(FIELD) $(SEQEVAL)
space := $(subst x,,x x)
one_word = =$(subst $(space),_,$(strip $(1)))
$(foreach o,read label init train score,\
    $(if $(filter-out $(call one_word,$(file <$(OUT)/$(o).options)),$(call one_word,$($(o)_options))),$(eval $(OUT)/$(o).options: .changed)))
.PHONY: .changed
$(OUT)/%.options: | $(OUT)
	@echo '$(strip $($*_options))' >$@
$(OUT):
	@mkdir -p $@

$(foreach file,$(MODEL)/config.json $(TRAIN) $(DEV) $(TEST),$(if $(wildcard $(file)),,$(error there is no $(file))))

tokenizer := $(wildcard $(addprefix $(MODEL)/,vocab.txt tokenizer.json tokenizer_config.json config.json))
weights   := $(wildcard $(MODEL)/*.safetensors* $(MODEL)/pytorch_model*)
seqeval    = seqeval --field $(FIELD) --unit auto $(SEQEVAL)
conll2msg  = conll2msg $(if $(COLUMNS_READ),--columns $(COLUMNS_READ)) $(if $(SCHEME),--from $(SCHEME) --repair)

# Each file is written under another name and renamed when it is complete.
$(OUT)/train.conll: $(TRAIN) $(OUT)/read.options
	$(conll2msg) $< >$@.new && mv $@.new $@
$(OUT)/dev.conll: $(DEV) $(OUT)/train.conll
	$(conll2msg) --labels-from $(OUT)/train.conll $< >$@.new && mv $@.new $@
$(OUT)/test.conll: $(TEST) $(OUT)/train.conll
	$(conll2msg) --labels-from $(OUT)/train.conll $< >$@.new && mv $@.new $@
$(OUT)/%.msg: $(OUT)/%.conll $(tokenizer) $(OUT)/label.options
	wptok -m $(MODEL) --overflow $(OVERFLOW) $(if $(MAX),--max-length $(MAX)) $< | \
	    alignlbl --field $(FIELD) --rule $(RULE) >$@.new && mv $@.new $@

# A model directory without weights starts from random weights.
$(OUT)/epoch-0/model.safetensors: $(weights) $(MODEL)/config.json $(OUT)/train.conll $(OUT)/init.options
	rm -rf $(@D).new && bertinit $(if $(weights),--from $(MODEL),--config $(MODEL)/config.json --vocab $(MODEL)) \
	    --labels-from $(OUT)/train.conll --field $(FIELD) --seed $(SEED) -o $(@D).new && rm -rf $(@D) && mv $(@D).new $(@D)

define epoch
$(OUT)/epoch-$(1)/model.safetensors: $(OUT)/epoch-$(2)/model.safetensors $(OUT)/train.msg $(OUT)/train.options
	rm -rf $$(@D).new && mkbatch -b $(BATCH) --seed $(SEED) --epoch $(1) $(OUT)/train.msg | \
	    trainstep -m $$(<D) -o $$(@D).new --epochs $(EPOCHS) --lr $(LR) --weight-decay $(DECAY) --schedule $(SCHEDULE) \
	    --warmup $(WARMUP) --seed $(SEED) $(TRAINSTEP) >$(OUT)/steps-$(1).new && \
	    rm -rf $$(@D) && mv $(OUT)/steps-$(1).new $(OUT)/steps-$(1).msg && mv $$(@D).new $$(@D)
endef
$(foreach n,$(numbers),$(eval $(call epoch,$(n),$(shell echo $$(($(n) - 1))))))

$(OUT)/dev-%.json: $(OUT)/epoch-%/model.safetensors $(OUT)/dev.msg $(OUT)/score.options
	bertfwd -m $(<D) $(OUT)/dev.msg | logit2tag | $(seqeval) --json >$@.new && mv $@.new $@

# The best epoch by dev F1; if several are equal, the first of them.
$(OUT)/best.txt: $(numbers:%=$(OUT)/dev-%.json)
	for n in $(numbers); do echo "$$n $$(sed -n 's/.*"overall_f1": *\([0-9.e-]*\).*/\1/p' $(OUT)/dev-$$n.json)"; done | \
	    sort -s -k2,2gr | sed -n '1s/ .*//p' >$@.new && mv $@.new $@
	ln -sfn epoch-$$(cat $@) $(OUT)/best && ln -sfn epoch-$(EPOCHS) $(OUT)/last
$(OUT)/scores.txt: $(OUT)/best.txt $(OUT)/dev.msg $(OUT)/test.msg $(OUT)/score.options
	{ for split in dev test; do echo "$$split, epoch $$(cat $<):"; \
	    bertfwd -m $(OUT)/epoch-$$(cat $<) $(OUT)/$$split.msg | logit2tag | $(seqeval); done; } >$@.new && mv $@.new $@
	@cat $@
.SECONDARY:
