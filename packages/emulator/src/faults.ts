/**
 * Which requests go wrong, and how.
 *
 * Shape    at most one fault a request, besides latency; one-shot faults come before the ones drawn by rate
 * Units    rates 0 to 1; pauses in milliseconds
 * Fails    RangeError for rates below 0 or adding up to more than 1
 */
import { chance, mix } from "./random.ts"

/** The scripts the emulator answers. */
export type Script = "token" | "database" | "reporting"

/** A kind of fault. */
export type FaultKind =
  | "latency"
  | "serverError"
  | "drop"
  | "truncate"
  | "totalLie"
  | "expiredToken"
  | "wrongAddress"
  | "html"
  | "slowDrip"

/** A rate, with the length of each pause. */
export interface Paced {
  readonly rate: number
  readonly ms: number
}

/** How often each kind happens, 0 to 1. */
export interface Faults {
  /** The answer comes late. */
  readonly latency: Paced
  /** HTTP 500, 502 or 503 with a line of text. */
  readonly serverError: number
  /** The connection breaks before the answer or in the middle of it. */
  readonly drop: number
  /** The body stops half-way, ended as if it were complete. */
  readonly truncate: number
  /** `total` counts rows that are missing from the end of the list. */
  readonly totalLie: number
  /** "Expired token" for a token that had not expired; it is forgotten. */
  readonly expiredToken: number
  /** "Invalid token", as for a caller at another address. */
  readonly wrongAddress: number
  /** HTTP 502 with an HTML page. */
  readonly html: number
  /** The body comes in small pieces with pauses between. */
  readonly slowDrip: Paced
}

/** Which request a one-shot fault waits for, and its particulars. */
export interface FaultOptions {
  /** Only a request of this script. */
  readonly script?: Script
  /** Only a request with this `method` argument. */
  readonly method?: string
  /** Length of `latency`, or of each pause of `slowDrip`. */
  readonly ms?: number
  /** Status of `serverError`. */
  readonly status?: 500 | 502 | 503
  /** Whether `drop` comes before the answer or in the middle of its body. */
  readonly at?: "head" | "body"
}

/** What goes wrong with one request. */
export interface Fault {
  readonly kind: Exclude<FaultKind, "latency"> | undefined
  readonly latency: number
  readonly ms: number
  readonly status: 500 | 502 | 503
  readonly at: "head" | "body"
}

/** Nothing goes wrong. */
export const FAULTLESS: Fault = { kind: undefined, latency: 0, ms: 0, status: 500, at: "head" }

/** Chooses faults. */
export interface Chooser {
  readonly once: (kind: FaultKind, options: FaultOptions) => void
  /** The fault for the `n`th request. */
  readonly next: (n: number, script: Script, method: string | undefined) => Fault
}

const LATENCY = 200
const DRIP = 5

const RATED = [
  "serverError",
  "drop",
  "truncate",
  "html",
  "totalLie",
  "expiredToken",
  "wrongAddress",
  "slowDrip",
] as const

const spread = (faults: number | Partial<Faults>): Partial<Faults> =>
  typeof faults === "number"
    ? { serverError: faults / 4, drop: faults / 4, truncate: faults / 4, html: faults / 4 }
    : faults

const rateOf = (rate: number | Paced | undefined): number => (typeof rate === "object" ? rate.rate : (rate ?? 0))

const applies = (kind: FaultKind, script: Script, method: string | undefined): boolean => {
  if (kind === "totalLie") return script === "database" && method === "status_log"
  return kind === "expiredToken" || kind === "wrongAddress" ? script !== "token" : true
}

/** Faults by rate, drawn from the seed and the request's number. */
export const makeChooser = (seed: number, given: number | Partial<Faults>): Chooser => {
  const faults = spread(given)
  const rates = [...RATED.map((kind) => rateOf(faults[kind])), rateOf(faults.latency)]
  const total = rates.slice(0, -1).reduce((sum, rate) => sum + rate, 0)
  if (rates.some((rate) => !(rate >= 0 && rate <= 1)) || total > 1 + 1e-9)
    throw new RangeError("fault rates must be from 0 to 1 and add up to at most 1")
  const queue: Array<FaultOptions & { readonly kind: FaultKind }> = []
  return {
    once: (kind, options) => {
      queue.push({ ...options, kind })
    },
    next: (n, script, method) => {
      const draws = {
        latency: chance(seed, n, 11) < rateOf(faults.latency) ? (faults.latency?.ms ?? LATENCY) : 0,
        ms: faults.slowDrip?.ms ?? DRIP,
        status: ([500, 502, 503] as const)[mix(seed, n, 12) % 3] ?? 500,
        at: mix(seed, n, 13) % 2 === 0 ? ("head" as const) : ("body" as const),
      }
      const at = queue.findIndex(
        (one) =>
          applies(one.kind, script, method) &&
          (one.script ?? script) === script &&
          (one.method === undefined || one.method === method),
      )
      const [once] = at < 0 ? [] : queue.splice(at, 1)
      if (once?.kind === "latency") return { ...draws, kind: undefined, latency: once.ms ?? LATENCY }
      if (once !== undefined)
        return {
          kind: once.kind,
          latency: draws.latency,
          ms: once.ms ?? DRIP,
          status: once.status ?? draws.status,
          at: once.at ?? draws.at,
        }
      let draw = chance(seed, n, 14)
      for (const kind of RATED) {
        draw -= rateOf(faults[kind])
        if (draw < 0) return { ...draws, kind: applies(kind, script, method) ? kind : undefined }
      }
      return { ...draws, kind: undefined }
    },
  }
}
