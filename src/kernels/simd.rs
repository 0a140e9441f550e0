//! Instruction sets, chosen at run time.
//!
//! A loop is written once, in portable Rust that the compiler can vectorise: independent lanes, no branches. It is
//! compiled twice, for the baseline of the target and, on x86-64, for AVX2 and FMA, and the processor decides. Both do
//! the same operations in the same order (nothing is contracted into fused multiply–adds unless the loop says
//! `mul_add`), so that results have the same bits everywhere.

use pulp::Arch;
use std::sync::OnceLock;

/// Runs a loop with the widest instruction set that the processor has.
///
/// The closure has to be inlined into both copies, so it is written `#[inline(always)] || …`; so are the functions
/// that it calls. Choosing costs a few nanoseconds: around a loop, not inside of one.
#[inline(always)]
pub(crate) fn vectorized<R>(body: impl FnOnce() -> R) -> R {
    arch().dispatch(body)
}

fn arch() -> Arch {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    *ARCH.get_or_init(Arch::new)
}

/// Has an element fetched into the cache that is soon asked for; one that is not there is nothing. For loops through
/// places in no order of a slice that does not fit into the cache.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch is a hint, which reads nothing and cannot fault whatever the address; each x86-64 processor
    // has it.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(slice.as_ptr().wrapping_add(at).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}

/// The bytes of a slice from which on [`prefetch`] pays: more than the cache of a core next to the first one has left.
pub(crate) const FAR: usize = 512 * 1024;

/// The instructions of AVX2, for the few loops that no compiler finds them for.
#[cfg(target_arch = "x86_64")]
pub(crate) fn avx2() -> Option<pulp::x86::V3> {
    match arch() {
        Arch::V3(simd) => Some(simd),
        _ => None,
    }
}
