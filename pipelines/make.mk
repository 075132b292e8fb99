# make.mk: what course.mk and experiment.mk share: paths with blanks, names of the development set, help. $(this) is the file.
empty :=
space := $(empty) $(empty)
comma := ,
# A path in a rule: blanks with a backslash; for the shell: in quotes.
escaped = $(subst $(space),\ ,$(strip $(1)))
quoted = '$(subst ','\'',$(1))'
# Whether two texts differ; blanks do not count.
one_word = =$(subst $(space),_,$(strip $(1)))
differs = $(filter-out $(subst %,\%,$(call one_word,$(1))),$(call one_word,$(2)))
# What make or a rule would not read as a part of a path is refused: $(call check_paths,VARIABLES). What the command line or the
# environment gives is looked at as it is, before make expands it. A \ before a blank is how a list of paths has it.
hash := \#
define newline


endef
given = $(if $(call is_given,$(1)),$(value $(1)),$($(1)))
signs := * ? [ ] \ % $$ : | ; = ~ $(hash)
a_sign = $(firstword $(foreach s,$(signs),$(if $(findstring $(s),$(1)),$(s))) $(if $(findstring $(newline),$(1)),newline))
check_path = $(if $(call a_sign,$(2)),$(error $(1) has $(patsubst newline,a newline,$(call a_sign,$(2))): make cannot use such a path; rename it, or \
    give a link to it))$(if $(filter -%,$(2)),$(error $(1) begins with a dash; write ./ before it))
check_paths = $(foreach v,$(1),$(call check_path,$(v),$(subst \$(space),_,$(call given,$(v)))))
is_given = $(filter command environment,$(firstword $(origin $(1))))
$(if $(filter help,$(MAKECMDGOALS)),,$(call check_paths,$(foreach v,MODEL MODELS DATA TRAIN DEV TEST OUT,$(if $(call is_given,$(v)),$(v)))))
for_shell = $(foreach s,' " ` & < > ( ) { } !,$(if $(findstring $(s),$($(1))),$(error $(1) has $(s): give another $(1))))
$(if $(wildcard $(this)),,$(error make cannot work in a folder with blanks or signs in its name: $(MAKEFILE_LIST)))
no_blank = $(if $(word 2,$($(1))),$(error $(1) is '$($(1))': make cannot write to a path with a blank; give another $(1)))
is_there = $(if $(wildcard $(call escaped,$(1))),,$(error there is no $(1)$(2)))
# Files of a directory that match these patterns, for a rule. A name that make could expand is left out.
files_in = $(shell cd $(call quoted,$(1)) && for file in $(2); do [[ ! -f $$file || $$file = *[!A-Za-z0-9._-]* ]] || \
    printf '%s\n' $(call quoted,$(1))/"$$file"; done | sed 's/ /\\ /g')
# A model directory; of a run of train.sh, its best model.
has_config = $(wildcard $(call escaped,$(1)/config.json))
model_dir = $(if $(call has_config,$(1)),$(1),$(if $(call has_config,$(1)/best),$(1)/best,$(error there is no $(1)/config.json)))
# The development set of a corpus has one of these names; of two the first is taken, and that is said once.
dev_names := valid.txt dev.txt validation.txt
there = $(strip $(foreach name,$(dev_names),$(if $(wildcard $(call escaped,$(1)/$(name))),$(name))))
two_dev = $(if $(word 2,$(1)),$(warning there are $(1): $(firstword $(1)) is the development set; DEV=FILE says another))
dev_name = $(or $(firstword $(call there,$(1))),valid.txt)
dev_file = $(call two_dev,$(call there,$(DATA)))$(eval dev_file := $(call dev_name,$(DATA)))$(dev_file)
no_dev = $(if $(filter file,$(origin DEV)), or dev.txt)

# The tools: where TAGPIPE_BIN says, built in this source tree, or installed with these files; else those in PATH.
bin := $(shell for dir in $(call quoted,$(TAGPIPE_BIN)) $(here)/../build $(here)/../../../bin; do \
    if [ -n "$$dir" ] && [ -x "$$dir/conll2msg" ]; then cd "$$dir" && pwd && break; fi; done)

# The lines of the file itself: its first comment, then each variable and target that stands under a line with ##.
as := $(or $(TAGPIPE_AS),make -f $(this))
unexport TAGPIPE_AS
.PHONY: help
## this text
help:
	@awk -v as=$(call quoted,$(as)) -v name=$(notdir $(this)) ' \
	    function line(left, right) { printf "  %-12s  %s\n", left, right } \
	    !done && /^#/ { sub(/^# ?/, ""); sub("make -f pipelines/" name, as); print; next } \
	    !done { done = 1; print "\nVariables, and in brackets what they are if they are not given:" } \
	    /^## / { text = substr($$0, 4); next } \
	    text != "" && /^[A-Z]/ { value = $$0; sub(/^[^=]*= */, "", value); \
	        line($$1, text (value == "" || value ~ /\$$/ ? "" : " (" value ")")) } \
	    text != "" && /^[a-z]/ { sub(/:.*/, ""); targets = targets sprintf("  %-12s  %s\n", $$0, text) } \
	    { text = "" } \
	    END { printf "\nTargets:\n%s", targets }' $(this) $(here)/make.mk
