# course.mk: an experiment as rules, from corpus files to a fine-tuned model and its scores. If an input or an option changes,
# only what depends on it is made again. You can stop it at any time: the same command continues after the last step. After
# kill -9 it continues after the last save; there is one every 1000 steps.
#
#   make -f pipelines/course.mk MODEL=bert-base-cased DATA=conll2003 OUT=course [EPOCHS=3 LR=2e-5 ...]
#   make -f pipelines/course.mk RECIPE=wnut17-ner MODEL=bert-base-cased DATA=wnut17        (recipes.mk lists all recipes)
#
# The scores are in OUT/scores.txt, the model in OUT/best. All epochs are kept: OUT/epoch-N, dev-N.json, steps-N.msg. If you
# change EPOCHS, all epochs are trained again, because the learning rates change; with SCHEDULE=constant they are not.
# Paths may contain blanks, except OUT.
this := $(lastword $(MAKEFILE_LIST))
here := $(patsubst %/,%,$(dir $(this)))
include $(here)/recipes.mk
include $(here)/make.mk
recipes := $(patsubst recipe.%,%,$(filter recipe.%,$(.VARIABLES)))
$(if $(filter-out $(recipes),$(RECIPE)),$(error no recipe $(RECIPE); there are: $(sort $(recipes))))
settings := $(recipe.$(RECIPE))
of_recipe = $(or $(patsubst $(1)=%,%,$(filter $(1)=%,$(settings))),$(2))
files := $(call of_recipe,TRAIN,train.txt) $(call of_recipe,DEV,$(call dev_name,$(DATA))) $(call of_recipe,TEST,test.txt)
name_of = $(firstword $(subst =, ,$(1)))
$(foreach s,$(filter-out TRAIN=% DEV=% TEST=%,$(settings)),$(eval $(call name_of,$(s)) ?= $(patsubst $(call name_of,$(s))=%,%,$(s))))

## a line of recipes.mk: the files and settings of a known corpus
RECIPE   ?=
## a model directory, or a run of train.sh for its best model; without weights the training starts from random ones
MODEL    ?= $(error which model? MODEL=DIR)
## the directory of the corpus
DATA     ?= $(error which corpus? DATA=DIR with $(files))
## where everything goes (course, or RECIPE)
OUT      ?= $(or $(RECIPE),course)
## the training set (DATA/train.txt)
TRAIN    ?= $(DATA)/$(word 1,$(files))
## the development set (DATA/valid.txt or DATA/dev.txt); DEV= trains without it, and the best model is the last one
DEV      ?= $(DATA)/$(or $(call of_recipe,DEV),$(dev_file))
## the test set (DATA/test.txt); TEST= trains without it
TEST     ?= $(DATA)/$(word 3,$(files))
## how the corpus is read: --columns of conll2msg(1)
COLUMNS_READ ?=
## the scheme of its tags, e.g. iob1: --from of conll2msg(1)
SCHEME   ?=
## types merged, renamed or dropped: --map of maplbl(1)
MAP      ?=
## the scheme to train in: --to of maplbl(1)
TO       ?=
## the tags to learn
FIELD    ?= ner_tags
## labels of the later pieces of a word: --rule of alignlbl(1)
RULE     ?= inside
## the most pieces of a sentence (the limit of the model): --max-length of wptok(1)
MAX      ?=
## what is done with a longer one: --overflow of wptok(1)
OVERFLOW ?= error
## epochs: how often the training goes through all sentences
EPOCHS   ?= 3
## sentences per batch
BATCH    ?= 8
## maximum learning rate
LR       ?= 2e-5
## weight decay
DECAY    ?= 0.01
## schedule of the learning rate: --schedule of trainstep(1)
SCHEDULE ?= linear
## steps of warm-up, or below 1 a share of all
WARMUP   ?= 0
## seed of shuffling, dropout and new weights
SEED     ?= 42
## more options of trainstep(1)
TRAINSTEP ?=
## options of seqeval(1)
SEQEVAL  ?=

export LC_ALL := C.UTF-8
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all
.PHONY: all
ifeq ($(filter help,$(MAKECMDGOALS)),)
ifneq ($(bin),)
export PATH := $(bin):$(PATH)
endif
$(call no_blank,OUT)
$(call check_paths,MODEL TRAIN DEV TEST OUT)
$(call for_shell,OUT)
numbers := $(shell seq $(EPOCHS))
model := $(call model_dir,$(MODEL))
dev  := $(if $(DEV),$(OUT)/dev.msg)
test := $(if $(TEST),$(OUT)/test.msg)

## everything
all: $(OUT)/scores.txt

# The file of an option changes only if the option changes; everything that depends on the option depends on the file. With a
# constant learning rate no step depends on the number of epochs.
same_rates := $(if $(TRAINSTEP),,$(and $(filter constant,$(SCHEDULE)),$(shell [[ '$(WARMUP)' =~ ^[0-9]+$$ ]] && echo yes)))
read_options  := columns $(COLUMNS_READ) scheme $(SCHEME)
label_options := field $(FIELD) rule $(RULE) max $(MAX) overflow $(OVERFLOW) $(if $(MAP)$(TO),map $(MAP) to $(TO))
init_options  := model $(MODEL) field $(FIELD) seed $(SEED) $(if $(MAP)$(TO),map $(MAP) to $(TO))
train_options := epochs $(if $(same_rates),any,$(EPOCHS)) batch $(BATCH) lr $(LR) decay $(DECAY) schedule $(SCHEDULE) warmup $(WARMUP) \
    seed $(SEED) $(TRAINSTEP)
score_options := field $(FIELD) $(SEQEVAL)
splits_options := epochs $(EPOCHS) dev $(DEV) test $(TEST)
$(foreach o,read label init train score splits,\
    $(if $(call differs,$(file <$(OUT)/$(o).options),$($(o)_options)),$(eval $(OUT)/$(o).options: .changed)))
.PHONY: .changed
$(OUT)/%.options: | $(OUT)
	@echo $(call quoted,$(strip $($*_options))) >$@
$(OUT):
	@mkdir -p $@

$(foreach s,TRAIN DEV TEST,$(if $(strip $($(s))),$(call is_there,$($(s)),$(if $(filter DEV,$(s)),$(no_dev))$(if $(filter-out TRAIN,$(s)),; $(s)= does without it))))

tokenizer := $(call files_in,$(model),vocab.txt merges.txt sentencepiece.bpe.model *.json)
weights   := $(call files_in,$(model),*.safetensors* pytorch_model*)
quoted_model := $(call quoted,$(model))
seqeval    = seqeval --field $(FIELD) --unit auto $(SEQEVAL)
conll2msg  = conll2msg $(if $(COLUMNS_READ),--columns $(call quoted,$(COLUMNS_READ))) $(if $(SCHEME),--from $(SCHEME) --repair)
maplbl     = $(if $(MAP)$(TO),maplbl --field $(FIELD) $(if $(MAP),--map $(call quoted,$(MAP))) $(if $(TO),--to $(TO)),cat)
labelled  := $(OUT)/train.$(if $(MAP)$(TO),msg,conll)

# Each file is written under another name and renamed when it is complete.
$(OUT)/train.conll: $(call escaped,$(TRAIN)) $(OUT)/read.options
	$(conll2msg) -- $(call quoted,$(TRAIN)) >$@.new && mv $@.new $@
$(OUT)/dev.conll: $(call escaped,$(DEV)) $(OUT)/train.conll
	$(conll2msg) --labels-from $(OUT)/train.conll -- $(call quoted,$(DEV)) >$@.new && mv $@.new $@
$(OUT)/test.conll: $(call escaped,$(TEST)) $(OUT)/train.conll
	$(conll2msg) --labels-from $(OUT)/train.conll -- $(call quoted,$(TEST)) >$@.new && mv $@.new $@
$(OUT)/%.msg: $(OUT)/%.conll $(tokenizer) $(OUT)/label.options
	$(maplbl) $< | wptok -m $(quoted_model) --add-prefix-space --overflow $(OVERFLOW) $(if $(MAX),--max-length $(MAX)) | \
	    alignlbl --field $(FIELD) --rule $(RULE) >$@.new && mv $@.new $@

# A model directory without weights starts from random weights.
$(OUT)/epoch-0/model.safetensors: $(weights) $(call escaped,$(model)/config.json) $(labelled) $(OUT)/init.options
	rm -rf $(@D).new && bertinit $(if $(weights),--from $(quoted_model),--config $(quoted_model)/config.json --vocab $(quoted_model)) \
	    --labels-from $(labelled) --field $(FIELD) --seed $(SEED) -o $(@D).new && rm -rf $(@D) && mv $(@D).new $(@D)

# trainstep continues what it finds in epoch-N.new, unless an input is newer. It runs in the background, so that a signal to make
# reaches it.
define epoch
$(OUT)/epoch-$(1)/model.safetensors: $(OUT)/epoch-$(2)/model.safetensors $(OUT)/train.msg $(OUT)/train.options
	for file in $$^; do [ ! $$$$file -nt $$(@D).new ] || rm -rf $$(@D).new; done; \
	mkbatch -b $(BATCH) --seed $(SEED) --epoch $(1) $(OUT)/train.msg | \
	    trainstep -m $$(<D) -o $$(@D).new --epochs $(EPOCHS) --lr $(LR) --weight-decay $(DECAY) --schedule $(SCHEDULE) \
	    --warmup $(WARMUP) --save-every 1000 --seed $(SEED) $(TRAINSTEP) >$(OUT)/steps-$(1).new & \
	trap "trap '' INT TERM HUP; kill $$$$!; wait $$$$!; exit 1" INT TERM HUP; wait $$$$! && \
	    rm -rf $$(@D) && mv $(OUT)/steps-$(1).new $(OUT)/steps-$(1).msg && mv $$(@D).new $$(@D)
endef
$(foreach n,$(numbers),$(eval $(call epoch,$(n),$(shell echo $$(($(n) - 1))))))

# The loss is one more key than seqeval has, unless a type has this name.
$(OUT)/dev-%.json: $(OUT)/epoch-%/model.safetensors $(OUT)/dev.msg $(OUT)/score.options
	bertfwd -m $(<D) --loss-file $@.loss $(OUT)/dev.msg | logit2tag | $(seqeval) --json >$@.new && \
	    loss=$$(sed 's/.*"eval_loss": //' $@.loss) && rm $@.loss && \
	    if ! grep -q '"loss":' $@.new; then sed -i "\$$s/}\$$/, \"loss\": $$loss/" $@.new; fi && mv $@.new $@

# The best epoch by dev F1; if several are equal, the first of them. Without a development set it is the last.
$(OUT)/best.txt: $(if $(DEV),$(numbers:%=$(OUT)/dev-%.json),$(OUT)/epoch-$(EPOCHS)/model.safetensors) $(OUT)/splits.options
	$(if $(DEV),for n in $(numbers); do echo "$$n $$(sed -n 's/.*"overall_f1": *\([0-9.e-]*\).*/\1/p' $(OUT)/dev-$$n.json)"; done | \
	    sort -s -k2$(comma)2gr | sed -n '1s/ .*//p',echo $(EPOCHS)) >$@.new && mv $@.new $@
	ln -sfn epoch-$$(cat $@) $(OUT)/best && ln -sfn epoch-$(EPOCHS) $(OUT)/last
$(OUT)/scores.txt: $(OUT)/best.txt $(dev) $(test) $(OUT)/score.options
	{ for split in $(if $(DEV),dev) $(if $(TEST),test); do echo "$$split, epoch $$(cat $<):"; \
	    bertfwd -m $(OUT)/epoch-$$(cat $<) $(OUT)/$$split.msg | logit2tag | $(seqeval); done; \
	    $(if $(dev)$(test),:,echo "nothing is scored: there is neither DEV nor TEST"); } >$@.new && mv $@.new $@
	@cat $@
.SECONDARY:
endif
