#!/usr/bin/env perl
# examples.pl PAGE...: runs the examples of manual pages, and of a README.md, and compares what they print with what the page
# shows. Each page gets a copy of the folder $FIXTURE. Prints each difference; then the exit status is 1.
#
# A line with "$ " is a command; it goes on until bash finds it complete. The lines below are its whole output, standard error
# included. Each other block must be of a kind that data() checks.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(dirname);

my $root = Cwd::abs_path(dirname($0) . '/../..');
my ($page, $faults);

sub fault { print "$page: ", @_, "\n"; $faults++ }
sub slurp { my ($path) = @_; open my $in, '<', $path or die "$path: $!\n"; local $/; return scalar <$in> }
sub spit { my ($path, $text) = @_; open my $out, '>', $path or die "$path: $!\n"; print $out $text; close $out or die }
sub quiet { return system('bash', '-c', "{ $_[0]; } >quiet.out 2>&1 </dev/null") == 0 && !(-s 'quiet.out' && $_[1]) }

# What a reader sees of HTML.
sub plain {
    my ($html) = @_;
    $html =~ s/<[^>]*>//g;
    $html =~ s/&#x([0-9A-Fa-f]+);/chr hex $1/ge;
    $html =~ s/&(lt|gt|quot|amp);/{lt => '<', gt => '>', quot => '"', amp => '&'}->{$1}/ge;
    return $html;
}

# The literal blocks. JSON inside of the text is checked here; it may have names in place of values: {"size": pieces, "args": [...]}.
sub blocks {
    my $text = slurp($page);
    return grep { /^\$ /m } map { s/^    //gmr } $text =~ /^(    .*\n(?:    .*\n|\n(?=    ))*)/mg if $page =~ /\.md$/;
    my $html = qx(mandoc -T html -O fragment '$page');
    for my $json (grep { /^[{\[]"/ } map { plain($_) =~ s/\s+/ /gr } $html =~ m{<code class="Li"[^>]*>(.*?)</code>}sg) {
        spit('data.json', $json =~ s/(?<=[:,\[])\s*(?:[A-Za-z]+|\.\.\.)(?=\s*[,\]}])/null/gr);
        quiet('jq . data.json') or fault("no JSON: $json");
    }
    return map { plain("$_\n") } $html =~ m{<div class="Bd[^>]*>\s*<(?:pre|code)[^>]*>(.*?)</(?:pre|code)>}sg;
}

# [command, its output on the page] for each command of a block.
sub commands {
    my ($block) = @_;
    my (@commands, $open);
    for (split /\n/, $block) {
        if ($open) {
            $commands[-1][0] .= "\n$_";
        } elsif (/^\$ (.*)/) {
            push @commands, [$1, ''];
        } elsif (@commands) {
            $commands[-1][1] .= "$_\n";
            next;
        } else {
            fault("a block with commands begins with: $_");
            next;
        }
        spit('command', "$commands[-1][0]\n");
        $open = /\\$/ || !quiet('bash -n command', 1);
    }
    fault("this command does not end: $commands[-1][0]") if $open;
    return @commands;
}

# A block without commands. What names its file in its first line, a comment, is for a command below it.
sub data {
    my ($block, $rest) = @_;
    if ($block =~ m{^(?:/\*|#) (\w+\.\w+):}) {
        spit($1, $block);
        return index($rest, $1) >= 0 || fault("no command uses $1");
    }
    if ($block =~ /^(?:\w+ +)?\{"/) {
        spit('data.jsonl', $block =~ s/^\w+ +//gmr);
        my $program = $block =~ /"msgstream"/ ? 'json2msg' : 'jq .';
        return quiet("$program data.jsonl") || fault("$program does not read this:\n$block");
    }
    if ($block =~ /^struct .* \{$/m) {
        my $bare = sub { $_[0] =~ s{/\*.*?\*/}{}gsr =~ s/\s+/ /gr };
        my $headers = $bare->(join '', map { slurp($_) } glob "$root/include/tagpipe/*.h");
        index($headers, $bare->($_)) >= 0 or fault("not in include/tagpipe: $_") for $block =~ /^(struct .*?^\};\n)/msg;
        return;
    }
    if ($block =~ / -> /) {
        quiet("command -v $_") or fault("no tool $_") for $block =~ /-> (\w+2\w+|\w*(?:tok|fwd|lbl|batch|step|eval))\b/g;
        return;
    }
    fault("nothing checks this block:\n$block");
}

# Which fractions depend on the processor, after these commands: 0 none; 1 all that a new model computes, in their last digits;
# 2 those of a trained model, wholly: small differences grow in a training, and the test's model has learnt for less time than the
# reader's. What such a model says of the sentences on the pages is the same, because it was trained with them.
sub vague { my ($commands) = @_; return $commands =~ m{trainstep|\brun/|\$M|tagged} ? 2 : $commands =~ /bertfwd/ ? 1 : 0 }

my $fraction = qr/-?\d+\.\d{3,}(?:[Ee]-?\d+)?/;
sub same {
    my ($shown, $real, $vague) = @_;
    my $pattern = '';
    for (split /($fraction|(?<=version\W)\d+\.\d+\.\d+|30 2e 3\d 2e 3\d)/, $shown) {
        $pattern .= /^30 2e/ ? '3\d 2e 3\d 2e 3\d' : /^\d+\.\d+\.\d+$/ ? '\d+\.\d+\.\d+'
            : $vague && /^$fraction$/ ? '(-?\d+\.\d+(?:[Ee]-?\d+)?)' : quotemeta;
    }
    my @numbers = $real =~ /^$pattern$/ or return 0;
    return 1 if $vague != 1;
    my @there = $shown =~ /$fraction/g;
    abs($there[$_] - $numbers[$_]) <= 0.01 * abs($there[$_]) + 1e-3 or return 0 for 0 .. $#there;
    return 1;
}

my %needs = (python3 => q(python3 -c 'import msgpack'), gnuplot => 'command -v gnuplot');
sub possible { my ($command) = @_; return !grep { $command =~ /\b$_\b/ && !quiet($needs{$_}) } keys %needs }

sub examples {
    my @blocks = blocks();
    my @commands;
    for my $i (0 .. $#blocks) {
        if ($blocks[$i] =~ /^\$ /m) { push @commands, grep { possible($_->[0]) } commands($blocks[$i]) }
        else { data($blocks[$i], join '', @blocks[$i + 1 .. $#blocks]) }
    }
    my $n = @commands;
    spit('script', join '', map { "$_->[0]\nprintf '\\036%d\\036' \$?\n" } @commands);
    system('bash script >transcript 2>&1 </dev/null');
    my @real = split /\036(\d+)\036/, slurp('transcript');
    my $before = '';
    for (@commands) {
        my ($command, $shown) = @$_;
        my ($real, $status) = splice @real, 0, 2;
        $before .= $command;
        if (!same($shown, $real // '', vague($before))) {
            spit('shown', $shown);
            spit('real', $real // '');
            fault("\$ $command\n", qx(diff -u --label page --label now shown real | tail -n +3));
        } elsif (($status // 1) != 0 && $shown !~ /^\w+: /m) {
            fault("exit status $status: \$ $command");
        }
    }
    print "$page: $n commands\n";
}

my $here = getcwd;
for (map { Cwd::abs_path($_) } @ARGV) {
    $page = $_;
    system("rm -rf page; cp -r '$ENV{FIXTURE}' page") == 0 && chdir 'page' or die;
    $page =~ /\.md$/ || chdir 'demo' or die;
    examples();
    chdir $here;
}
exit($faults ? 1 : 0);
