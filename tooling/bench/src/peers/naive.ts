/**
 * JavaScript as one writes it the first time: objects, JSON.parse, a Map by uid, groups, a sort.
 *
 * Shape    `json` reads the text against the clock; for `sums` the objects are there before
 */
import { readFileSync } from "node:fs"
import { column, columns } from "../../../../packages/core/bench/columns.ts"
import { fileOf } from "../../../../packages/core/bench/dataset.ts"
import { type Answer, run, type Subject } from "../../../../packages/core/bench/measure.ts"

interface Row {
  readonly uid: number
  readonly uts: number
  readonly agent: number
  readonly status: string
}

const sums = (rows: ReadonlyArray<Row>): Answer => {
  const unique = new Map(rows.map((row) => [row.uid, row]))
  const byAgent = Map.groupBy(unique.values(), ({ agent }) => agent)
  const end = rows.reduce((last, { uts }) => Math.max(last, uts), 0) + 1
  const seconds = new Map<number, Map<string, number>>()
  for (const [agent, events] of byAgent) {
    events.sort((one, other) => one.uts - other.uts || one.uid - other.uid)
    const own = new Map<string, number>()
    for (const [index, { status, uts }] of events.entries()) {
      const till = events[index + 1]?.uts ?? end
      own.set(status, (own.get(status) ?? 0) + till - uts)
    }
    seconds.set(agent, own)
  }
  return {
    rows: rows.length,
    figures: (put) => {
      for (const [agent, own] of seconds) for (const [status, sum] of own) if (sum > 0) put(0, agent, status, sum)
    },
  }
}

type Wire = Readonly<Record<keyof Row, string>>

const isReply = (value: unknown): value is { readonly list: ReadonlyArray<Wire> } =>
  typeof value === "object" && value !== null && "list" in value && Array.isArray(value.list)

const fromText: Subject = (folder) => () => {
  const reply: unknown = JSON.parse(readFileSync(fileOf(folder, "json"), "utf8"))
  if (!isReply(reply)) throw new TypeError("not a reply")
  return sums(
    reply.list.map(({ agent, status, uid, uts }) => ({
      uid: Number(uid),
      uts: Number(uts),
      agent: Number(agent),
      status: status.trim().toLowerCase(),
    })),
  )
}

const fromObjects: Subject = (folder) => {
  const { agents, rows, statuses } = columns(folder)
  const uid = column(folder, "uid", new BigInt64Array(rows))
  const uts = column(folder, "uts", new BigInt64Array(rows))
  const agent = column(folder, "agent", new Int32Array(rows))
  const status = column(folder, "status", new Uint8Array(rows))
  const objects: Array<Row> = []
  for (let row = 0; row < rows; row++) {
    objects.push({
      uid: Number(uid[row]),
      uts: Number(uts[row]),
      agent: agents[agent[row] ?? 0] ?? 0,
      status: statuses[status[row] ?? 0] ?? "",
    })
  }
  return () => sums(objects)
}

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["json", fromText],
  ["sums", fromObjects],
])

if (import.meta.main) await run(subjects)
