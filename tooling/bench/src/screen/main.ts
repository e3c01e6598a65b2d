/**
 * Measures the screens as people see them: one subject a process, in the environment of `site.ts`.
 *
 * Shape    `node main.ts SUBJECT`; prints one line of JSON: a `Measurement` with its readings, or why there is none
 * Units    milliseconds, unless the subject says otherwise
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { bundlesOf, root } from "../places.ts"
import type { Measurement } from "../Results.ts"
import { start, type Terminal } from "./terminal.ts"

type Readings = Pick<Measurement, "peakMB"> & { readonly readings: ReadonlyArray<number> }
type Outcome = Readings | { readonly missing: string }

/** A row of a person, with a status. */
const arePeopleShown = (text: string): boolean =>
  /^. *\d{6} .+ (available|call|wrap|hold|ringing|idle|break|lunch|coaching|meeting|offline)/m.test(text)

/** The day is counted. */
const isDayShown = (text: string): boolean => /\d events/.test(text)

/** Up to when the floor is known; it changes with each poll. */
const asOf = (text: string): string => /As of (\d\d:\d\d:\d\d)/.exec(text)?.[1] ?? ""

/** Where the cursor is, and in how many rows. */
const placeOf = (text: string): string => /^(\d+ of \d+)/m.exec(text)?.[1] ?? ""

/** Opens it, and lets two polls pass: what was missed since it was left is read and counted then. */
const opened = async (): Promise<Terminal> => {
  const terminal = start()
  await terminal.until(isDayShown)
  for (let polls = 0; polls < 2; polls++) {
    const known = asOf(terminal.text())
    await terminal.until((text) => isDayShown(text) && asOf(text) !== known)
  }
  return terminal
}

/** Uses a terminal on which the day is counted, and nothing else is left to do. */
const during = async (use: (terminal: Terminal) => Promise<ReadonlyArray<number>>): Promise<Readings> => {
  const terminal = await opened()
  const readings = await use(terminal)
  const peakMB = terminal.peakMB()
  await terminal.leave()
  return { readings, peakMB }
}

const starts = 20

const firstFrame = async (): Promise<Outcome> => {
  const readings: Array<number> = []
  let peakMB = 0
  for (let n = 0; n < starts; n++) {
    const terminal = start()
    readings.push((await terminal.until(arePeopleShown)) - terminal.begin)
    peakMB = Math.max(peakMB, terminal.peakMB())
    await terminal.leave()
  }
  return { readings, peakMB }
}

/** Until the day's figures stand beside them. */
const day = async (): Promise<Outcome> => {
  const terminal = start()
  const ms = (await terminal.until(isDayShown)) - terminal.begin
  const peakMB = terminal.peakMB()
  await terminal.leave()
  return { readings: [ms], peakMB }
}

/** From its key until the report of today stands there. */
const report = (): Promise<Outcome> =>
  during(async (terminal) => {
    const begin = terminal.type("2")
    const ms = (await terminal.until((text) => asOf(text) === "" && /^.{0,4}\d{6} /m.test(text))) - begin
    return [ms]
  })

const down = "\u001b[B"
const up = "\u001b[A"
const pageDown = "\u001b[6~"
const pageUp = "\u001b[5~"
const home = "\u001b[H"
const end = "\u001b[F"

/** A key, and what on the screen it changes. */
type Stroke = readonly [key: string, partOf: (text: string) => string | undefined]

const typedOf = (text: string) => /^\/ (\S*) +name, team/m.exec(text)?.[1]
const orderOf = (text: string) => /Status([↑↓])/.exec(text)?.[1]
const filterOf = (text: string) => /filter: (\S+)/.exec(text)?.[1]

const strokes: ReadonlyArray<Stroke> = [
  ...Array.from({ length: 10 }, (): Stroke => [down, placeOf]),
  ...Array.from({ length: 3 }, (): Stroke => [pageDown, placeOf]),
  ...Array.from({ length: 4 }, (): Stroke => [up, placeOf]),
  [end, placeOf],
  [pageUp, placeOf],
  [home, placeOf],
  ...["/", "c", "a", "l", "l", "\r"].map((key): Stroke => [key, typedOf]),
  ["\u001b", filterOf],
  ["s", orderOf],
  ["s", orderOf],
  ["t", placeOf],
  [down, placeOf],
  ["t", placeOf],
]

const betweenMs = 50

/** From a key to the frame that shows it; the next key comes when that has been seen. */
const stroke = async (terminal: Terminal, [key, partOf]: Stroke): Promise<number> => {
  const before = partOf(terminal.text())
  const begin = terminal.type(key)
  const ms = (await terminal.until((text) => partOf(text) !== before)) - begin
  await pause(Math.max(betweenMs - ms, 0))
  return ms
}

const strokesWanted = 300

const keys = (): Promise<Outcome> =>
  during(async (terminal) => {
    const readings: Array<number> = []
    while (readings.length < strokesWanted) {
      for (const each of strokes) readings.push(await stroke(terminal, each))
      // As it was at first, for the next round.
      terminal.type(home)
      await terminal.until((text) => /^1 of/m.test(text))
    }
    return readings
  })

const pollsWanted = 3

/** The slowest key around each poll: from the last one before new figures stand there to the first after. */
const keysDuringPolls = (): Promise<Outcome> =>
  during(async (terminal) => {
    const readings: Array<number> = []
    let recent: Array<number> = []
    let known = asOf(terminal.text())
    let after = 0
    for (let n = 0; readings.length < pollsWanted; n++) {
      recent.push(await stroke(terminal, [n % 20 < 10 ? down : up, placeOf]))
      const current = asOf(terminal.text())
      if (current !== known) after = 10
      known = current
      // The seconds before are those in which it is asked and counted.
      recent = recent.slice(-40)
      if (after > 0 && --after === 0) readings.push(Math.max(...recent))
    }
    return readings
  })

const repeats = 90
const repeatMs = 33

/** How many places of the cursor were drawn while `down` was held. */
const repeat = (): Promise<Outcome> =>
  during(async (terminal) => {
    const first = Number.parseInt(placeOf(terminal.text()))
    const drawn = new Set<number>()
    const leave = terminal.onFrame(() => drawn.add(Number.parseInt(placeOf(terminal.text()))))
    for (let n = 0; n < repeats; n++) {
      terminal.type(down)
      await pause(repeatMs)
    }
    await terminal.until((text) => placeOf(text).startsWith(`${first + repeats} of`))
    leave()
    return [Array.from({ length: repeats }, (_, n) => first + 1 + n).filter((place) => drawn.has(place)).length]
  })

const restSeconds = 60

/** Milliseconds of processors a second, while nobody does anything. */
const rest = async (): Promise<Outcome> => {
  const terminal = await opened()
  const cpuMs = terminal.cpuMs()
  if (cpuMs === undefined) return { missing: "only Linux says what a process uses" }
  const begin = performance.now()
  const seen = new Set<string>()
  while (performance.now() - begin < restSeconds * 1000) {
    await pause(500)
    seen.add(asOf(terminal.text()))
  }
  const seconds = (performance.now() - begin) / 1000
  const used = (terminal.cpuMs() ?? 0) - cpuMs
  const peakMB = terminal.peakMB()
  await terminal.leave()
  if (seen.size < 2) throw new Error("error: no poll was seen while it was at rest")
  return { readings: [used / seconds], peakMB }
}

const version = async (): Promise<Outcome> => {
  const readings: Array<number> = []
  for (let n = 0; n < starts; n++) {
    const begin = performance.now()
    const child = spawn(process.execPath, [bundlesOf(root).dwell, "--version"], { stdio: "ignore" })
    await once(child, "exit")
    readings.push(performance.now() - begin)
  }
  return { readings, peakMB: 0 }
}

/** Runs it once, so that the store has the day, and the engine's cache what it made of the program. */
const warm = (): Promise<Outcome> => during(async () => [])

const subjects: Readonly<Record<string, () => Promise<Outcome>>> = {
  warm,
  firstFrame,
  day,
  keys,
  keysDuringPolls,
  repeat,
  report,
  rest,
  version,
}

const [name = ""] = process.argv.slice(2)
const subject = subjects[name]
if (subject === undefined) throw new Error(`error: ${name} is not one of ${Object.keys(subjects).join(", ")}`)
const begin = performance.now()
const outcome = await subject()
const measurement = {
  ms: performance.now() - begin,
  rows: Number(process.env["DWELL_BENCH_AGENTS"]),
  digest: "",
  ...outcome,
}
process.stdout.write(`${JSON.stringify("missing" in outcome ? outcome : measurement)}\n`)
