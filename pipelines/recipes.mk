# recipes.mk: known corpora, one line each: settings of course.mk. The command line can change each of them.
#
#   make -f pipelines/course.mk RECIPE=conll2003-ner MODEL=minilm DATA=conll2003
#
# The line above each recipe: the scores of MiniLM (all-MiniLM-L6-v2) on the development and on the test set.

# F1 0.9147, 0.8724
recipe.conll2003-ner   := FIELD=ner_tags LR=1e-4
# F1 0.9073, 0.8934
recipe.conll2003-chunk := FIELD=chunk_tags LR=1e-4 EPOCHS=1
# accuracy 0.9354, 0.9306
recipe.conll2003-pos   := FIELD=pos_tags LR=1e-4 EPOCHS=1
# F1 0.5617, 0.3806
recipe.wnut17-ner      := FIELD=ner_tags LR=1e-4 TRAIN=wnut17train.conll DEV=emerging.dev.conll TEST=emerging.test.annotated
# accuracy 0.8130, 0.8494. Only UPOS is read: the development set has labels in XPOS that the training set does not have.
recipe.taiga-pos       := FIELD=pos_tags LR=1e-4 COLUMNS_READ=2=tokens,4=pos_tags OVERFLOW=window TRAIN=ru_taiga-ud-train.conllu DEV=ru_taiga-ud-dev.conllu TEST=ru_taiga-ud-test.conllu
