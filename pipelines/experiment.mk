# experiment.mk: a grid of trainings as rules, and a table of them. You can stop it at any time: the same command continues
# after the last step of each training. Only what depends on a change is made again.
#
#   make -f pipelines/experiment.mk MODEL="minilm bert-base-cased" DATA=conll2003 SEEDS="1 2 3" LRS="2e-5 5e-5" -j 2
#
# Each combination of MODEL, EPOCHS, BATCHES, LRS, VARIANTS and SEEDS is a run. OUT/runs/NAME has the best model, the
# tagged test set, and result.json: scores, options, hashes of all inputs, commit, history of the streams. The results are
# collected in OUT/table.txt and table.tsv (a line for each combination: mean and standard deviation over the seeds, the run
# with the best dev score, and its test score), results.tsv (a line for each run) and, if gnuplot is installed, table.svg.
#
# A variant is a name for options: VARIANTS="plain smooth" TRAINSTEP.smooth="--label-smoothing 0.1" (options of trainstep),
# TRAIN.NAME (of train.sh: -p 2), PREPROCESS.NAME (of preprocess.sh: -r first), WPTOK.NAME (of wptok: --context 64). You can
# write these settings into a file, and give it with another -f before this one.
# Paths may contain blanks, except OUT. If there are several models, a blank in the path of a model needs a backslash before it.
this := $(lastword $(MAKEFILE_LIST))
here := $(abspath $(dir $(this)))
include $(here)/make.mk

## model directories, or runs of train.sh for their best models
MODEL    ?= $(error which model? MODEL=DIR, or several)
## the directory of the corpus
DATA     ?= $(error which corpus? DATA=DIR with train.txt, valid.txt (or dev.txt) and test.txt)
## where everything goes
OUT      ?= experiment
## the training set (DATA/train.txt)
TRAIN    ?= $(DATA)/train.txt
## the development set (DATA/valid.txt or DATA/dev.txt)
DEV      ?= $(DATA)/$(dev_file)
## the test set (DATA/test.txt)
TEST     ?= $(DATA)/test.txt
## seeds of shuffling, dropout and new weights
SEEDS    ?= 1 2 3
## numbers of epochs
EPOCHS   ?= 3
## numbers of sentences in a batch
BATCHES  ?= 8
## maximum learning rates
LRS      ?= 2e-5
## names of variants
VARIANTS ?= plain
## the tags to learn
FIELD    ?= ner_tags
## options of preprocess.sh for all runs, e.g. -c COLUMNS -s SCHEME --map A=B -x window
PREPROCESS ?=
## options of wptok(1) for all runs
WPTOK    ?=
# An older name.
ifdef MODELS
MODEL    := $(value MODELS)
endif

.DEFAULT_GOAL := all
export LC_ALL := C.UTF-8
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all so-far status clean-models .changed
ifeq ($(filter help,$(MAKECMDGOALS)),)
$(call no_blank,OUT)
$(call check_paths,MODEL TRAIN DEV TEST OUT)
$(call for_shell,OUT)
$(foreach s,TRAIN DEV TEST,$(if $(strip $($(s))),,$(error $(s) is empty; a grid compares models by all three sets: $(s)=FILE)))

# In lists a blank in a path is BLANK.
blank := |
models := $(if $(call has_config,$(MODEL)),$(subst $(space),$(blank),$(strip $(MODEL))),$(subst \$(space),$(blank),$(MODEL)))
models := $(models:%/=%)
unblank = $(subst $(blank),$(space),$(1))
names := $(subst $(blank),_,$(notdir $(models)))
$(if $(filter-out $(words $(names)),$(words $(sort $(names)))),$(error two models have the same last name: $(call unblank,$(models))))
model_of = $(call unblank,$(strip $(foreach m,$(models),$(if $(filter $(1),$(subst $(blank),_,$(notdir $(m)))),$(m)))))
$(foreach m,$(models),$(if $(call model_dir,$(call unblank,$(m))),))
$(foreach s,TRAIN DEV TEST,$(call is_there,$($(s)),$(if $(filter DEV,$(s)),$(no_dev))))
corpus := $(foreach s,TRAIN DEV TEST,$(call escaped,$($(s))))
scripts := $(call quoted,$(here))
corpus_quoted = $(foreach s,TRAIN DEV TEST,$(1) $(call quoted,$($(s))))
files_of = $(call files_in,$(call model_dir,$(call model_of,$(1))),$(2))
weights_of = $(call files_of,$(1),*.safetensors)
tokenizer_of = $(call files_of,$(1),vocab.txt tokenizer.json tokenizer_config.json config.json)

# The options of a variant are in a file that changes only if they change.
variant_options = train $(TRAIN.$(1)) trainstep $(TRAINSTEP.$(1)) preprocess $(PREPROCESS) $(PREPROCESS.$(1)) wptok $(WPTOK) $(WPTOK.$(1)) field $(FIELD)
$(foreach v,$(VARIANTS),$(if $(call differs,$(file <$(OUT)/variants/$(v)),$(call variant_options,$(v))),\
    $(eval $(OUT)/variants/$(v): .changed)))
$(OUT)/variants/%:
	@mkdir -p $(@D) && echo $(call quoted,$(strip $(call variant_options,$*))) >$@

define data                     # MODEL VARIANT
$(OUT)/data/$(1)_$(2)/done: $(corpus) $(call tokenizer_of,$(1)) $(OUT)/variants/$(2)
	@mkdir -p $$(@D) && $(scripts)/preprocess.sh -m $(call quoted,$(call model_of,$(1))) -o $$(@D) -f $(FIELD) \
	    $(PREPROCESS) $(PREPROCESS.$(2)) $(call corpus_quoted) -- $(WPTOK) $(WPTOK.$(2)) && touch $$@
endef
$(foreach m,$(names),$(foreach v,$(VARIANTS),$(eval $(call data,$(m),$(v)))))

results :=
define run                      # NAME MODEL VARIANT EPOCHS BATCH RATE SEED
results += $(OUT)/runs/$(1)/result.json
$(OUT)/runs/$(1)/result.json: $(OUT)/data/$(2)_$(3)/done $(OUT)/variants/$(3) $(call weights_of,$(2))
	@$(scripts)/experiment-run.sh -m $(call quoted,$(call model_of,$(2))) -d $$(<D) -o $$(@D) -f $(FIELD) -V $(3) \
	    -e $(4) -b $(5) -l $(6) -s $(7) $(call corpus_quoted,-i) -t $(call quoted,$(TRAIN.$(3))) -- $(TRAINSTEP.$(3))
endef
$(foreach m,$(names),$(foreach v,$(VARIANTS),$(foreach e,$(EPOCHS),$(foreach b,$(BATCHES),$(foreach l,$(LRS),$(foreach s,$(SEEDS),\
    $(eval $(call run,$(m)_$(v)_e$(e)_b$(b)_lr$(l)_s$(s),$(m),$(v),$(e),$(b),$(l),$(s)))))))))

# Another grid in the same directory makes another table.
$(if $(call differs,$(file <$(OUT)/grid),$(sort $(results))),$(eval $(OUT)/grid: .changed))
$(OUT)/grid:
	@mkdir -p $(@D) && echo '$(sort $(results))' >$@
## all runs, and the table
all: $(OUT)/table.txt
	@cat $<
$(OUT)/table.txt: $(results) $(OUT)/grid $(call escaped,$(here)/experiment-table.sh)
	@$(scripts)/experiment-table.sh -o $(OUT) $(results)
finished = $(wildcard $(results))
## the table of the runs that are finished
so-far:
	@$(if $(finished),$(scripts)/experiment-table.sh $(finished),echo "no run is finished yet")
## how many runs are finished
status:
	@echo "$(words $(finished)) of $(words $(results)) runs are finished"
## removes the models, and keeps tables and results
clean-models:
	rm -rf $(OUT)/runs/*/{best,last,init,epoch-*,step-*,test.tagged.msg}
endif
