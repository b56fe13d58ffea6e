# Tries what harkd never needs, and writes one line per attempt to the file named by its argument: a
# name and "allowed", or why not. The service runs it in place of harkd; it also runs without any
# sandbox, where everything must be allowed: that shows that each attempt is real.
use strict;
use warnings;
use Errno;
use Fcntl;
use POSIX ();
use Socket;

my $report = shift;
my %outcome;

sub try {
    my ($name, $what) = @_;
    local $! = 0;
    $outcome{$name} = $what->() ? 'allowed' : 'refused: ' . ($! || 'no reason');
}

# Numbers of system calls that perl has no function for.
my $machine = (POSIX::uname())[4];
my %calls = (
    x86_64  => {mmap => 9, mprotect => 10, mount => 165, unshare => 272, personality => 135,
                keyctl => 250, setresuid => 117, sched_setscheduler => 144, clock_settime => 227},
    aarch64 => {mmap => 222, mprotect => 226, mount => 40, unshare => 97, personality => 92,
                keyctl => 219, setresuid => 147, sched_setscheduler => 119, clock_settime => 112},
);
my $number = $calls{$machine} or die "unknown machine: $machine";
sub call { my $name = shift; return syscall($number->{$name}, @_) != -1 }

# Runs it in a child process, since it may change what the process is.
sub apart {
    my $what = shift;
    defined(my $child = fork) or return 0;
    if ($child == 0) {
        $! = 0;
        POSIX::_exit($what->() ? 0 : $! + 0 || 255);
    }
    waitpid $child, 0;
    return 1 if $? == 0;
    $! = $? & 127 ? Errno::EPERM : $? >> 8;
    return 0;
}

sub written {
    my $path = shift;
    return sub {
        sysopen(my $file, $path, O_WRONLY | O_CREAT, 0600) or return 0;
        my $done = syswrite $file, 'x';
        my $reason = $!;
        close $file;
        unlink $path;
        $! = $reason;
        return $done;
    };
}

try "write $_", written("$_/hark-probe")
    for qw(/ /etc /etc/harkd /usr/sbin /var/lib /root /srv /dev);
try 'write /proc/sys', sub { sysopen my $file, '/proc/sys/kernel/domainname', O_WRONLY };
try 'write a cgroup', sub {
    mkdir '/sys/fs/cgroup/hark-probe' and rmdir '/sys/fs/cgroup/hark-probe';
};
try 'see process 1', sub { opendir my $folder, '/proc/1' };
try 'see homes', sub { opendir my $folder, '/root' };

try 'execute a shell', sub { apart(sub { exec {'/bin/sh'} 'sh', '-c', 'exit 0' or return 0 }) };
try 'execute its own', sub {
    my $copy = "$ENV{PROBE_FOLDER}/probe-program";
    sysopen(my $in, '/bin/true', O_RDONLY) or return 0;
    sysopen(my $out, $copy, O_WRONLY | O_CREAT | O_TRUNC, 0700) or return 0;
    local $/;
    print {$out} <$in>;
    close $out;
    my $done = apart(sub { exec {$copy} 'true' or return 0 });
    my $reason = $!;
    unlink $copy;
    $! = $reason;
    return $done;
};
try 'map memory to write and execute', sub {
    call('mmap', 0, 4096, 7, 0x22, -1, 0);
};

my %families = (netlink => 16, packet => 17, vsock => 40, alg => 38);
for my $name (sort keys %families) {
    try "socket $name", sub { socket my $socket, $families{$name}, $name eq 'packet' ? 3 :
                              $name eq 'alg' ? 5 : $name eq 'vsock' ? 1 : 2, 0 };
}

try 'become root', sub { apart(sub { call('setresuid', 0, 0, 0) }) };
try 'own port 80', sub {
    my $socket;
    socket($socket, PF_INET, SOCK_STREAM, 0) and bind $socket, sockaddr_in(80, INADDR_LOOPBACK);
};
try 'set-user-ID', sub {
    my $path = "$ENV{PROBE_FOLDER}/probe-suid";
    sysopen(my $file, $path, O_WRONLY | O_CREAT, 0600) or return 0;
    my $done = chmod 04755, $path;
    my $reason = $!;
    unlink $path;
    $! = $reason;
    return $done;
};
try 'a namespace', sub { apart(sub { call('unshare', 0x04000000) }) };  # of host names
try 'a mount', sub {
    apart(sub {
        my ($what, $where, $type) = ("none\0", "/tmp\0", "tmpfs\0");
        call('unshare', 0x00020000) and call('mount', $what, $where, $type, 0, 0);
    });
};
try 'another personality', sub { apart(sub { call('personality', 0x0040000) }) };
try 'real time', sub {
    apart(sub { my $priority = pack 'i', 1; call('sched_setscheduler', 0, 1, $priority) });
};

# What harkd does need.
try 'needed: write its logs', written("$ENV{PROBE_FOLDER}/probe");
try 'needed: write to /run/harkd', written('/run/harkd/probe');
try 'needed: TCP over IPv4', sub { socket my $socket, PF_INET, SOCK_STREAM, 0 };
try 'needed: TCP over IPv6', sub { socket my $socket, 10, SOCK_STREAM, 0 };
try 'needed: the journal', sub {
    my $socket;
    socket($socket, PF_UNIX, SOCK_DGRAM, 0)
        and connect $socket, sockaddr_un('/run/systemd/journal/socket');
};

open my $file, '>', "$report.new" or die "cannot write $report: $!";
print {$file} "$_\t$outcome{$_}\n" for sort keys %outcome;
close $file;
rename "$report.new", $report or die "cannot rename $report: $!";
