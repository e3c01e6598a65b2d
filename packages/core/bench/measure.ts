/**
 * What one process measures: the first and only run of one piece of work, without a warm-up.
 *
 * Shape    prints one line of JSON: a `Measurement`, or `{"missing": why}` where the subject can't be had here
 * Units    wall-clock milliseconds of the work; megabytes (10^6 bytes) resident at the most, of this process alone
 * Fails    whatever the work throws; nothing is printed then
 */
import { readFileSync } from "node:fs"
import { performance } from "node:perf_hooks"

/** A figure: so many seconds of an agent in a status, within a half hour since 1970 (0 where the sum is over all time). */
type Put = (halfHour: number, agent: number, status: string, seconds: number) => void

export interface Answer {
  readonly rows: number
  /** Where the work was done by another process: what that has measured. */
  readonly elsewhere?: { readonly ms: number; readonly peakMB: number }
  /** Hands over every figure over 0, in any order; none where the work has no figures. Not part of the time. */
  readonly figures: (put: Put) => void | Promise<void>
}

/** Work whose preparation is done. */
type Work = () => Answer | Promise<Answer>

interface Measurement {
  readonly ms: number
  readonly peakMB: number
  readonly rows: number
  /** Equal for equal figures; empty where there are none. */
  readonly digest: string
}

/** What the process has held at the most. */
export const peakMB = (): number => {
  try {
    // What getrusage says would include the parent: a child of vfork starts with its high-water mark.
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))
    if (found !== null) return (Number(found[1]) * 1024) / 1e6
  } catch {
    // No /proc here.
  }
  return (process.resourceUsage().maxRSS * 1024) / 1e6
}

const mixed = (hash: number, value: number): number => {
  const h = Math.imul(hash ^ value, 0x85ebca6b)
  return h ^ (h >>> 13)
}

const hashOf = (text: string): number => {
  let hash = text.length
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i))
  return hash
}

/** Takes figures in any order: their hashes are added up, so that millions need not be sorted. */
export const digester = () => {
  const names = new Map<string, number>()
  let figures = 0
  let total = 0
  let sum = 0
  const put: Put = (halfHour, agent, status, seconds) => {
    let name = names.get(status)
    if (name === undefined) {
      name = hashOf(status)
      names.set(status, name)
    }
    let hash = mixed(mixed(mixed(mixed(mixed(7, halfHour), agent), name), seconds), seconds / 0x1_0000_0000)
    hash = mixed(hash, hash >>> 15)
    figures += 1
    total += seconds
    // A sum that a double could not hold exactly would depend on the order.
    sum = (sum + (hash >>> 0)) % 2 ** 52
  }
  return {
    put,
    text: () => (figures === 0 ? "" : `${figures} figures, ${total} s, ${sum.toString(16)}`),
  }
}

/** What can be measured; `folder` holds the data (`dataset.ts`), and what is done before the work is not timed. */
export type Subject = (folder: string) => Work | Promise<Work>

/** Says that a subject can't be measured here, and why. */
export class Missing extends Error {
  override readonly name = "Missing"
}

const measure = async (prepare: Subject, folder: string): Promise<Measurement> => {
  const work = await prepare(folder)
  const begin = performance.now()
  const answer = await work()
  const here = { ms: performance.now() - begin, peakMB: peakMB() }
  const { ms, peakMB: peak } = answer.elsewhere ?? here
  const digest = digester()
  await answer.figures(digest.put)
  return { ms, peakMB: peak, rows: answer.rows, digest: digest.text() }
}

/** Measures the subject that the arguments name, and prints it; lists the subjects where they name none. */
export const run = async (subjects: ReadonlyMap<string, Subject>): Promise<void> => {
  const [name = "", folder = ""] = process.argv.slice(2)
  const subject = subjects.get(name)
  const answer = async () => {
    if (subject === undefined || folder === "") return [...subjects.keys()]
    try {
      return await measure(subject, folder)
    } catch (error) {
      if (error instanceof Missing) return { missing: error.message }
      throw error
    }
  }
  process.stdout.write(`${JSON.stringify(await answer())}\n`)
}
