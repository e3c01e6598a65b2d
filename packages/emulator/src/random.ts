/**
 * Pseudo-random numbers that depend on nothing but their seed.
 *
 * Fails    never
 * Source   splitmix-style avalanche for `mix`; mulberry32 for `random`
 */

const avalanche = (value: number): number => {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** One 32-bit number out of several integers; each position counts. */
export const mix = (...parts: ReadonlyArray<number>): number => {
  let h = 0x9e3779b9
  for (const part of parts) h = avalanche(h ^ avalanche(part + 0x6d2b79f5)) + 0x9e3779b9
  return avalanche(h)
}

/** A number in [0, 1) out of several integers. */
export const chance = (...parts: ReadonlyArray<number>): number => mix(...parts) / 4294967296

/** A stream of numbers. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number
  /** Exponential with the given mean. */
  readonly exponential: (mean: number) => number
  /** Log-normal with the given median. */
  readonly logNormal: (median: number, sigma: number) => number
  /** One of the values, each as likely. */
  readonly pick: <A>(first: A, ...others: ReadonlyArray<A>) => A
}

/** Starts a stream at a seed. */
export const random = (seed: number): Random => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (median, sigma) =>
      median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    pick: (first, ...others) => others[between(-1, others.length - 1)] ?? first,
  }
}
