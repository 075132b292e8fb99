# experiment.mk: a grid of trainings as rules, and a table of them. Stop it at any time; the same command continues after the
# last whole epoch of each training. Only what depends on a change is made again.
#
#   make -f pipelines/experiment.mk MODELS="minilm bert-base-cased" DATA=conll2003 SEEDS="1 2 3" LRS="2e-5 5e-5" -j 2
#
# Each combination of MODELS, EPOCHS, BATCHES, LRS, VARIANTS and SEEDS is a run. $(OUT)/runs/NAME has the best model, the
# tagged test set, and result.json: scores, options, hashes of all inputs, commit, history of the streams. From these it
# makes $(OUT)/table.txt, table.tsv (a line for each combination: mean and standard deviation over the seeds, the best run by
# its dev score and its test score), results.tsv (a line for each run) and, if gnuplot is installed, table.svg.
#
# A variant is a name for options: VARIANTS="plain smooth" TRAINSTEP.smooth="--label-smoothing 0.1" (options of trainstep),
# TRAIN.NAME (of train.sh: -p 2), PREPROCESS.NAME (of preprocess.sh: -r first), WPTOK.NAME (of wptok: --context 64). These
# lines may be in a file: give it by another -f before this one.
# Targets: all; so-far (the table of the finished runs); status; clean-models (keeps tables and results).
MODELS   ?= $(error which models? MODELS="DIR...")
DATA     ?= $(error which corpus? DATA=DIR with train.txt, valid.txt and test.txt)
OUT      ?= experiment
TRAIN    ?= $(DATA)/train.txt
DEV      ?= $(DATA)/valid.txt
TEST     ?= $(DATA)/test.txt
SEEDS    ?= 1 2 3
EPOCHS   ?= 3
BATCHES  ?= 8
LRS      ?= 2e-5
VARIANTS ?= plain
FIELD    ?= ner_tags
# Options of preprocess.sh (-c COLUMNS -s SCHEME -x window ...) and of wptok for all runs.
PREPROCESS ?=
WPTOK ?=

.DEFAULT_GOAL := all
export LC_ALL := C.UTF-8
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
here := $(abspath $(dir $(lastword $(filter %experiment.mk,$(MAKEFILE_LIST)))))
names := $(notdir $(MODELS:%/=%))
$(if $(filter-out $(words $(names)),$(words $(sort $(names)))),$(error two models have the same last name: $(MODELS)))
model_of = $(strip $(foreach m,$(MODELS:%/=%),$(if $(filter $(1),$(notdir $(m))),$(m))))
$(foreach file,$(MODELS:%=%/config.json) $(TRAIN) $(DEV) $(TEST),$(if $(wildcard $(file)),,$(error there is no $(file))))
weights_of = $(wildcard $(call model_of,$(1))/*.safetensors)
tokenizer_of = $(wildcard $(addprefix $(call model_of,$(1))/,vocab.txt tokenizer.json tokenizer_config.json config.json))

# The options of a variant are in a file that changes only if they change.
space := $(subst x,,x x)
one_word = =$(subst $(space),_,$(strip $(1)))
variant_options = train $(TRAIN.$(1)) trainstep $(TRAINSTEP.$(1)) preprocess $(PREPROCESS) $(PREPROCESS.$(1)) wptok $(WPTOK) $(WPTOK.$(1)) field $(FIELD)
$(foreach v,$(VARIANTS),$(if $(filter-out $(call one_word,$(file <$(OUT)/variants/$(v))),$(call one_word,$(call variant_options,$(v)))),\
    $(eval $(OUT)/variants/$(v): .changed)))
.PHONY: all so-far status clean-models .changed
$(OUT)/variants/%:
	@mkdir -p $(@D) && echo '$(strip $(call variant_options,$*))' >$@

define data                     # MODEL VARIANT
$(OUT)/data/$(1)_$(2)/done: $(TRAIN) $(DEV) $(TEST) $(call tokenizer_of,$(1)) $(OUT)/variants/$(2)
	@mkdir -p $$(@D) && $(here)/preprocess.sh -m $(call model_of,$(1)) -o $$(@D) -f $(FIELD) $(PREPROCESS) $(PREPROCESS.$(2)) \
	    $(TRAIN) $(DEV) $(TEST) -- $(WPTOK) $(WPTOK.$(2)) && touch $$@
endef
$(foreach m,$(names),$(foreach v,$(VARIANTS),$(eval $(call data,$(m),$(v)))))

results :=
define run                      # NAME MODEL VARIANT EPOCHS BATCH RATE SEED
results += $(OUT)/runs/$(1)/result.json
$(OUT)/runs/$(1)/result.json: $(OUT)/data/$(2)_$(3)/done $(OUT)/variants/$(3) $(call weights_of,$(2))
	@$(here)/experiment-run.sh -m $(call model_of,$(2)) -d $$(<D) -o $$(@D) -f $(FIELD) -V $(3) \
	    -e $(4) -b $(5) -l $(6) -s $(7) -i "$(TRAIN) $(DEV) $(TEST)" -t "$(TRAIN.$(3))" -- $(TRAINSTEP.$(3))
endef
$(foreach m,$(names),$(foreach v,$(VARIANTS),$(foreach e,$(EPOCHS),$(foreach b,$(BATCHES),$(foreach l,$(LRS),$(foreach s,$(SEEDS),\
    $(eval $(call run,$(m)_$(v)_e$(e)_b$(b)_lr$(l)_s$(s),$(m),$(v),$(e),$(b),$(l),$(s)))))))))

# Another grid in the same directory makes another table.
ifneq ($(call one_word,$(sort $(results))),$(call one_word,$(file <$(OUT)/grid)))
$(OUT)/grid: .changed
endif
$(OUT)/grid:
	@mkdir -p $(@D) && echo '$(sort $(results))' >$@
all: $(OUT)/table.txt
	@cat $<
$(OUT)/table.txt: $(results) $(OUT)/grid $(here)/experiment-table.sh
	@$(here)/experiment-table.sh -o $(OUT) $(results)
there = $(wildcard $(results))
so-far:
	@$(if $(there),$(here)/experiment-table.sh $(there),echo "no run is finished yet")
status:
	@echo "$(words $(there)) of $(words $(results)) runs are finished"
clean-models:
	rm -rf $(OUT)/runs/*/{best,last,init,epoch-*,step-*,test.tagged.msg}
