/**
 * Pseudo-random numbers that depend on nothing but their seed.
 *
 * Source   mulberry32
 */

/** Gives whole numbers from 0 to below a bound; the same seed gives the same numbers. */
export const random = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
