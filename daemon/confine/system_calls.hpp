// Names of system calls, separated by spaces and grouped by purpose. Old and new variants of a call
// are listed together, since C libraries and architectures differ in which they use.
#pragma once

namespace hark::system_calls {

// clang-format off
inline constexpr const char* ALLOWED[] = {
    // Files; seccomp_filter.cpp decides on open() and openat(). Not openat2(), whose flags a filter
    // cannot see, nor truncate(): before version 3, Landlock does not see what they truncate.
    "access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 "
    "faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 "
    "fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fstat "
    "fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd "
    "getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1 "
    "inotify_rm_watch lchown lchown32 lgetxattr link linkat listxattr llistxattr _llseek "
    "lseek lstat lstat64 mkdir mkdirat newfstatat pread64 preadv preadv2 "
    "pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename renameat "
    "renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs statfs64 statx symlink "
    "symlinkat sync_file_range sync_file_range2 syncfs tee umask unlink "
    "unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev",
    // Waiting, and syncing in the background.
    "epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd "
    "eventfd2 io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup "
    "io_submit _newselect pipe pipe2 poll ppoll ppoll_time64 pselect6 pselect6_time64 select "
    "signalfd signalfd4",
    // Sockets; seccomp_filter.cpp decides on socket() itself.
    "accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom "
    "recvmmsg recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown",
    // Memory.
    "brk madvise map_shadow_stack membarrier memfd_create mincore mlock mlock2 mmap mmap2 "
    "mprotect mremap mseal msync munlock munmap pkey_alloc pkey_free pkey_mprotect "
    "riscv_flush_icache cacheflush",
    // Time.
    "alarm clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep "
    "clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create "
    "timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime "
    "timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime "
    "timerfd_settime64 times",
    // Signals.
    "kill pause pidfd_open pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask "
    "rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 "
    "rt_tgsigqueueinfo sigaction sigaltstack sigprocmask sigreturn tgkill tkill",
    // Processes and threads; seccomp_filter.cpp decides on clone(). Not clone3(): a filter cannot see
    // its flags, and C libraries fall back to clone().
    "execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait "
    "futex_waitv futex_wake get_robust_list get_thread_area restart_syscall rseq "
    "sched_getaffinity sched_getparam sched_get_priority_max sched_get_priority_min "
    "sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield set_robust_list "
    "set_thread_area set_tid_address set_tls setpgid setsid vfork wait4 waitid waitpid "
    "arch_prctl prctl",
    // Identity, the machine, and limits; lowering limits is harmless.
    "capget capset getcpu getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups "
    "getgroups32 getpgid getpgrp getpid getppid getpriority getrandom getresgid getresgid32 "
    "getresuid getresuid32 getrlimit getrusage getsid gettid getuid getuid32 prlimit64 "
    "setrlimit sysinfo ugetrlimit uname",
    // A successor confines itself further.
    "landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp",
};

// Refused by name, so that the error says what happened.
inline constexpr const char* REFUSED[] = {
    // Files.
    "truncate truncate64",
    // Other processes, and the kernel's view of this one; ptrace() is in seccomp_filter.cpp.
    "kcmp personality pidfd_getfd process_madvise process_mrelease process_vm_readv "
    "process_vm_writev",
    // Namespaces and mounts.
    "chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_by_handle_at "
    "name_to_handle_at open_tree pivot_root setns umount umount2 unshare",
    // The kernel itself.
    "bpf create_module delete_module fanotify_init fanotify_mark finit_module init_module "
    "io_uring_enter io_uring_register io_uring_setup ioperm iopl kexec_file_load kexec_load "
    "lookup_dcookie modify_ldt perf_event_open syslog userfaultfd vm86 vm86old",
    // The machine.
    "acct adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 nfsservctl "
    "quotactl quotactl_fd reboot setdomainname sethostname settimeofday stime swapoff swapon "
    "vhangup",
    // Keys, devices, and other users.
    "add_key keyctl mknod mknodat request_key setfsgid setfsgid32 setfsuid setfsuid32 setgid "
    "setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid "
    "setresuid32 setreuid setreuid32 setuid setuid32",
    // Placement in memory, and priorities.
    "mbind migrate_pages move_pages set_mempolicy ioprio_set sched_setattr sched_setparam "
    "sched_setscheduler setpriority",
};
// clang-format on

}  // namespace hark::system_calls
