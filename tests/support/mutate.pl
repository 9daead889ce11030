# mutate.pl FOLDER COUNT SEED BASE...: COUNT files in FOLDER, each one of the BASE photos
# with one to eight places changed as a bad card, a bad cable or a bad person would: bits
# turned, bytes set to edge values, pieces cut out, doubled, moved, the end missing, sizes
# in the header raised. The same SEED makes the same files.
use strict;
use warnings;

my ($folder, $count, $seed, @bases) = @ARGV;
srand($seed);
my @photos = map { local $/; open my $f, '<:raw', $_ or die "$_: $!"; [/(\.\w+)$/, <$f>] } @bases;
my @edges = (0x00, 0x01, 0x7f, 0x80, 0xd8, 0xd9, 0xda, 0xe1, 0xfe, 0xff);

sub place { my ($n) = @_; return int(rand() < 0.4 ? rand(700 < $n ? 700 : $n) : rand($n)) }

# A header that was moved to the very end may have no room behind it.
sub put { my ($b, $at, $what) = @_; substr($$b, $at, length $what) = $what if $at + length $what <= length $$b }

sub change {
    my ($b) = @_;
    my $n = length $$b;
    return if $n < 8;
    my $at = place($n);
    my $some = 1 + int(rand(rand() < 0.8 ? 16 : 4000));
    my $how = int(rand(8));
    if ($how == 0) { vec($$b, $at * 8 + int(rand(8)), 1) ^= 1 }
    elsif ($how == 1) { substr($$b, $at, 1) = chr($edges[rand @edges]) }
    elsif ($how == 2) { substr($$b, $at, $some) = '' }
    elsif ($how == 3) { substr($$b, $at, 0) = substr($$b, place($n), $some) }
    elsif ($how == 4) { substr($$b, $at, 0) = chr($edges[rand @edges]) x $some }
    elsif ($how == 5) { $$b = substr($$b, 0, $at + 8) if rand() < 0.3 }
    elsif ($how == 6) { substr($$b, $at, 2) = pack('n', int(rand(65536))) }
    elsif ($$b =~ /\xff[\xc0-\xc2]\x00./s) { put($b, $-[0] + 5 + 2 * int(rand(2)), pack('n', 1 + int(rand(65535)))) }
    elsif ($$b =~ /IHDR/) { put($b, $+[0] + int(rand(13)), chr(int(rand(256)))) }
}

for my $i (1 .. $count) {
    my ($end, $bytes) = @{ $photos[$i % @photos] };
    change(\$bytes) for 0 .. int(rand(8));
    my $name = sprintf '%s/m%05d%s', $folder, $i, $end;
    open my $f, '>:raw', $name or die "$name: $!";
    print $f $bytes;
    close $f or die "$name: $!";
}
