/**
 * Measures the API: `node main.ts SUBJECT`.
 *
 * Shape    prints, by the ids of a race's runners, what was measured of each in one run
 * Units    as the races have it
 * Fails    where an answer is none; a runner that can't be had here is missing
 */
import { gzipSync } from "node:zlib"
import * as Schema from "effect/Schema"
import { Missing } from "../../../../packages/core/bench/measure.ts"
import type { Measurement } from "../Results.ts"
import { benchWorker, deployed, joined, packed, startMs, weights } from "./bundle.ts"
import { live as hear } from "./live.ts"
import { load as pull } from "./load.ts"
import { bare, inWorkerd, onNode, type Program, withFolder } from "./processes.ts"
import { ask, inTurn, send } from "./requests.ts"
import { day, daySeconds, eventsAnAgent, firstDay, spanOf } from "./rows.ts"

const events = Number(process.env["DWELL_BENCH_ROWS"])

/** What a full run has. */
const wholeMonth = 7_500_000
const isWhole = events >= wholeMonth

const agents = 200
const agentsOfMonth = 1000
const days = Math.max(1, Math.round(events / (agentsOfMonth * eventsAnAgent)))

const account = "bench"
const asked = (path: string): string => `/v1/accounts/${account}/${path}`

type Outcome = Omit<Measurement, "digest">

const MB = 1e6

const read = (readings: ReadonlyArray<number>, peak = 0, rows = 0): Outcome => ({
  ms: 0,
  peakMB: peak / MB,
  rows,
  readings,
})

/** Lends the API on Node, with a day of a floor in it. */
const withDay = <A>(use: (program: Program, folder: string) => Promise<A>): Promise<A> =>
  withFolder(async (folder) => {
    const program = await onNode(folder)
    try {
      await send(program, account, spanOf(0), day(0, agents))
      await program.rested()
      return await use(program, folder)
    } finally {
      await program.stop()
    }
  })

const withBare = async <A>(folder: string, body: Buffer, use: (program: Program) => Promise<A>): Promise<A> => {
  const program = await bare(folder, body)
  try {
    return await use(program)
  } finally {
    await program.stop()
  }
}

const windowOf = ({ from, to }: { readonly from: number; readonly to: number }): string => `from=${from}&to=${to}`

const pairs = isWhole ? 1000 : 100

/** The report of a day, asked before, beside a handler that does nothing else. */
const report = () =>
  withDay(async (program, folder) => {
    const path = asked(`report?${windowOf(spanOf(0))}`)
    const { body } = await ask(program, path)
    return withBare(folder, body, async (other) => {
      const headers = { "accept-encoding": "gzip" }
      const [ours = [], theirs = []] = await inTurn(
        pairs,
        () => ask(program, path),
        () => ask(other, "/"),
      )
      const [oursPacked = [], theirsPacked = []] = await inTurn(
        pairs,
        () => ask(program, path, { headers }),
        () => ask(other, "/packed", { headers }),
      )
      let now = spanOf(0).to
      const [fresh = []] = await inTurn(Math.ceil(pairs / 20), () => ask(program, `${path}&now=${(now += 1)}`))
      return {
        ours: read(ours, program.peak()),
        bare: read(theirs, other.peak()),
        oursPacked: read(oursPacked, program.peak()),
        barePacked: read(theirsPacked, other.peak()),
        fresh: read(fresh, program.peak()),
        size: read([body.length / 1000]),
      }
    })
  })

const loadSeconds = isWhole ? 30 : 6
const bareSeconds = isWhole ? 10 : 2

/** Everyone's status, for many at once. */
const load = () =>
  withDay(async (program, folder) => {
    const path = asked("snapshot")
    const { body } = await ask(program, path)
    return withBare(folder, body, async (other) => {
      const before = await pull(other, "/", bareSeconds)
      const ours = await pull(program, path, loadSeconds)
      const after = await pull(other, "/", bareSeconds)
      return {
        rate: read([ours.perSecond], program.peak()),
        bareRate: read([before.perSecond, after.perSecond], other.peak()),
        p50: read([ours.p50]),
        p99: read([ours.p99]),
        bareP99: read([before.p99, after.p99]),
        errors: read([ours.errors]),
        growth: read([ours.late / ours.early]),
        size: read([body.length / 1000]),
      }
    })
  })

const fedDays = isWhole ? 4 : 1
const feedings = isWhole ? 3 : 1

/** Rows of four days in one body; each time for an account of its own, to which all are new. */
const ingest = () =>
  withFolder(async (folder) => {
    const program = await onNode(folder)
    try {
      const body = Array.from({ length: fedDays }, (_, number) => Buffer.from(day(number, agentsOfMonth)))
      const plain = Buffer.concat(body)
      const small = gzipSync(plain, { level: 6 })
      const span = { ...spanOf(fedDays - 1), from: firstDay }
      const rows = fedDays * agentsOfMonth * eventsAnAgent
      const fed = async (name: string, sent: Buffer, headers = {}): Promise<Outcome> => {
        const times: Array<number> = []
        for (let time = 0; time < feedings; time++) {
          const { ms } = await send(program, `${name}-${time}`, span, sent, headers)
          times.push(ms)
          // It puts the days into columns, which nobody waits for.
          await program.rested()
        }
        const middle = times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN
        return { ms: middle, peakMB: program.peak() / MB, rows }
      }
      return { plain: await fed("plain", plain), packed: await fed("packed", small, { "content-encoding": "gzip" }) }
    } finally {
      await program.stop()
    }
  })

const Coverage = Schema.parseJson(Schema.Struct({ bytes: Schema.Number, events: Schema.Number }))

const askings = isWhole ? 20 : 5

/** A month of a large floor in one object of the Worker as it is deployed. */
const object = () =>
  withFolder(async (folder) => {
    const modules = deployed(folder)
    const nothing = await inWorkerd(folder)
    const idle = nothing.resident()
    await nothing.stop()

    let program = await inWorkerd(folder, modules)
    let ms = 0
    for (let number = 0; number < days; number++) {
      const body = Buffer.from(day(number, agentsOfMonth))
      const begin = performance.now()
      await send(program, account, spanOf(number), body)
      ms += performance.now() - begin
    }
    await program.rested()
    const fedPeak = program.peak()
    await program.stop()

    program = await inWorkerd(folder, modules)
    const window = { from: firstDay, to: firstDay + days * daySeconds }
    const path = asked(`report?${windowOf(window)}`)
    const first = await ask(program, path)
    const oncePeak = program.peak()
    let now = window.to
    const [later = []] = await inTurn(askings, () => ask(program, `${path}&now=${(now += 1)}`))
    const askedPeak = program.peak()
    const coverage = await ask(program, asked("coverage"))
    const { bytes, events: kept } = Schema.decodeUnknownSync(Coverage)(coverage.body.toString())
    await program.stop()

    // Not whole days at the ends, which would have to be added up only.
    const within = { from: window.from + 9 * 3600, to: window.to - 6 * 3600 }
    program = await inWorkerd(folder, await benchWorker())
    const [sums = []] = await inTurn(askings, () => ask(program, `/sums?account=${account}&${windowOf(within)}`))
    const sumsPeak = program.peak()
    await program.stop()
    return {
      feed: read([(1000 * days * agentsOfMonth * eventsAnAgent) / ms]),
      sums: read(sums, sumsPeak),
      first: read([first.ms]),
      later: read(later, askedPeak),
      fedMemory: read([(fedPeak - idle) / MB], fedPeak),
      onceMemory: read([(oncePeak - idle) / MB], oncePeak),
      askedMemory: read([(askedPeak - idle) / MB], askedPeak),
      idleMemory: read([idle / MB]),
      bytes: read([bytes / kept]),
      room: read([1e10 / (bytes / kept) / 1e6]),
    }
  })

const starts = isWhole ? 5 : 1

/** The Worker's modules. */
const bundle = () =>
  withFolder(async (folder) => {
    const whole = read([packed(joined(deployed(folder))) / 1000])
    const start = read(Array.from({ length: starts }, () => startMs(folder)))
    const weighed = Object.entries(await weights()).map(([part, bytes]) => [part, read([bytes / 1000])] as const)
    return { whole, start, ...Object.fromEntries(weighed) }
  })

/** Who listens, while a row is written every fifth of a second. */
const live = () =>
  withDay(async (program) => {
    const listeners = isWhole ? 200 : 20
    const found = await hear(program, account, { listeners, agents, seconds: isWhole ? 10 : 2, from: spanOf(0).to })
    return {
      delay: read(found.delays),
      hearing: read([(100 * found.hearing) / found.listeners]),
      memory: read([found.resident / MB], program.peak()),
    }
  })

const subjects: Readonly<Record<string, () => Promise<Readonly<Record<string, Outcome>>>>> = {
  report,
  load,
  ingest,
  object,
  bundle,
  live,
}

const [name = ""] = process.argv.slice(2)
const subject = subjects[name]
if (subject === undefined) throw new Error(`error: ${name} is not one of ${Object.keys(subjects).join(", ")}`)

/** Of all runners, or why there is nothing of any. */
const outcome = async () => {
  try {
    const found = Object.entries(await subject())
    return { found: Object.fromEntries(found.map(([id, each]) => [id, { ...each, digest: "" }])) }
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message }
    throw error
  }
}

// Connections that stay would keep this from ending; what is printed has to be out before.
process.stdout.write(`${JSON.stringify(await outcome())}\n`, () => process.exit())
