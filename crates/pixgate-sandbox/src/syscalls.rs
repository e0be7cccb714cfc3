//! The system calls that a child may still make: those of an allocator, of threads, and of pipes
//! that are open.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// Refuses every other call from now on, in all threads of the process.
///
/// A refused call fails with `ENOSYS`, as on a kernel that does not have it: C libraries then use
/// an older one, `clone` in place of `clone3`, whose flags a filter can see.
pub(crate) fn without_most() -> Result<(), Box<dyn std::error::Error>> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let rules = allowed().into_iter().map(|call| (call, Vec::new()));
    let mut rules: BTreeMap<_, _> = rules.collect();
    rules.insert(libc::SYS_clone, vec![thread()?]);
    let refuse = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch)?;
    let program: seccompiler::BpfProgram = filter.try_into()?;
    Ok(seccompiler::apply_filter_all_threads(&program)?)
}

/// `clone(2)` for a thread of this process, not for another process.
fn thread() -> Result<SeccompRule, BackendError> {
    let flag = u64::from(libc::CLONE_THREAD.unsigned_abs());
    let is_set = SeccompCmpOp::MaskedEq(flag);
    let condition = SeccompCondition::new(0, SeccompCmpArgLen::Qword, is_set, flag)?;
    SeccompRule::new(vec![condition])
}

fn allowed() -> Vec<libc::c_long> {
    let mut calls = vec![
        // Pipes that are open.
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_ppoll,
        // Memory.
        libc::SYS_brk,
        libc::SYS_madvise,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_munmap,
        // Threads.
        libc::SYS_futex,
        libc::SYS_membarrier,
        libc::SYS_rseq,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_gettid,
        // Signals, for a stack that overflows and for an abort.
        libc::SYS_getpid,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_tgkill,
        libc::SYS_restart_syscall,
        // Time, randomness, limits, the end.
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_getrandom,
        libc::SYS_getrusage,
        libc::SYS_prlimit64,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    #[cfg(target_arch = "x86_64")]
    calls.extend([
        libc::SYS_getrlimit,
        libc::SYS_gettimeofday,
        libc::SYS_poll,
        libc::SYS_setrlimit,
        libc::SYS_time,
    ]);
    calls
}
