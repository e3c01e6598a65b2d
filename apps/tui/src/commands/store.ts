/**
 * `dwell store`: what is kept of which account, and how to keep less.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Fixable, usage } from "../errors.ts"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { print } from "../output.ts"
import { section, styleOfOutput } from "../render/answer.ts"
import { calendarStrips } from "../render/pictures.ts"
import { ink } from "../render/style.ts"
import { type Column } from "../render/Table.ts"
import { bytes, count, instant, plural } from "../render/text.ts"
import { settings } from "../settings.ts"
import { accountWindow } from "../source.ts"
import * as Store from "../store.ts"

const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

/** What is kept of one account. */
const survey = (account: string) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { closedDays, closedRows, openDays, openRows, ...size } = yield* store.size
    const { spans } = yield* store.coverage
    const agents = yield* store.agents
    const [from, to] = [spans[0]?.from ?? null, spans.at(-1)?.to ?? null]
    const gaps = from === null || to === null ? [] : Coverage.missing({ spans, carriedIn: [] }, { from, to })
    return {
      account,
      file: yield* Store.fileOf(account),
      ...size,
      events: openRows + closedRows,
      agents: agents.length,
      from,
      to,
      gaps: gaps.length,
      asOf: spans.at(-1)?.asOf ?? null,
      openDays,
      openRows,
      closedDays,
      closedRows,
      spans,
    }
  }).pipe(Effect.provide(Store.layer({ name: account })))

type Row = Effect.Effect.Success<ReturnType<typeof survey>>

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => {
  const time = (seconds: number | null) => (seconds === null ? "–" : instant(zone, seconds))
  return [
    { key: "account", title: "Account", value: ({ account }) => account },
    {
      key: "events",
      title: "Events",
      value: ({ events }) => events,
      show: ({ events }) => count(events),
      align: "right",
    },
    { key: "agents", title: "Agents", value: ({ agents }) => agents, align: "right" },
    { key: "from", title: "From", value: ({ from }) => from, show: ({ from }) => time(from) },
    { key: "to", title: "To", value: ({ to }) => to, show: ({ to }) => time(to) },
    { key: "gaps", title: "Gaps", value: ({ gaps }) => gaps, align: "right" },
    { key: "asOf", title: "As of", value: ({ asOf }) => asOf, show: ({ asOf }) => time(asOf), priority: 1 },
    {
      key: "bytes",
      title: "Size",
      value: ({ bytes: size }) => size,
      show: ({ bytes: size }) => bytes(size),
      align: "right",
    },
    ...(["openDays", "openRows", "closedDays", "closedRows"] as const).map((key): Column<Row> => ({
      key,
      value: (row) => row[key],
    })),
    { key: "file", value: ({ file }) => file },
  ]
}

const linesOf = function* (
  rows: ReadonlyArray<Row>,
  zone: Calendar.Zone,
  format: shared.Format,
  now: number,
): Generator<string> {
  const table = section({ columns: columns(zone), rows })
  if (format === "json") yield JSON.stringify({ accounts: rows }, null, 2)
  else if (format !== "table") yield* table[format]()
  else if (rows.length === 0) yield "Nothing is kept yet. `dwell sync` keeps the last week."
  else {
    const style = styleOfOutput()
    yield* table.table(style)
    for (const { account, file, spans } of rows) {
      yield ""
      yield ink(style, "bold", account)
      yield* calendarStrips(style, zone, spans, now)
      yield file
    }
  }
}

const before = Options.text("before").pipe(
  Options.withPseudoName("T"),
  Options.withDescription(`Forget what was before: ${shared.instants}`),
)

export const prune = Command.make("prune", { account: shared.account, tz: shared.source.tz, before }, (options) =>
  Effect.gen(function* () {
    const { zone } = yield* accountWindow({ ...options, from: Option.none(), to: Option.none(), agent: Option.none() })
    const now = yield* nowSeconds
    const instantGiven = Calendar.parseInstant(options.before, { zone, now, what: "--before" })
    const cut = yield* Effect.mapError(instantGiven, usage)
    const { account } = yield* settings(options.account)
    const { forgotten, size } = yield* Effect.gen(function* () {
      const store = yield* EventStore
      const rows = yield* store.prune(cut)
      yield* store.vacuum
      return { forgotten: rows, size: yield* store.size }
    }).pipe(Effect.provide(Store.layer(account)))
    yield* print([
      `Forgot ${plural(forgotten, "event")} of ${account.name} before ${instant(zone, cut)}; kept the last one of each ` +
        `agent before that, and ${plural(size.openRows + size.closedRows, "event")} in all: ${bytes(size.bytes)}.`,
    ])
  }),
).pipe(
  Command.withDescription(
    help("Forgets the events of an account before an instant, but each agent's last, which later figures begin with.", [
      ["dwell store prune --before -400d", "forget what is older"],
      ["dwell store prune --account london --before 2026-01-01", "of one account, what was before a day"],
    ]),
  ),
)

export const store = Command.make(
  "store",
  { account: shared.account, tz: shared.source.tz, format: shared.format },
  ({ account, format, tz }) =>
    Effect.gen(function* () {
      const { zone } = yield* accountWindow({
        account: Option.none(),
        tz,
        from: Option.none(),
        to: Option.none(),
        agent: Option.none(),
      })
      const kept = yield* Store.names
      if (Option.isSome(account) && !kept.includes(account.value)) {
        const there = kept.length === 0 ? "Nothing is kept yet" : `Kept are ${kept.join(", ")}`
        yield* new Fixable({ message: `--account: nothing is kept of "${account.value}". ${there}.` })
      }
      const rows = yield* Effect.forEach(Option.isSome(account) ? [account.value] : kept, survey)
      const now = yield* nowSeconds
      yield* print(linesOf(rows, zone, format, now))
    }),
).pipe(
  Command.withDescription(
    help(
      "What is kept of which account: how much, from when to when, and a calendar of the days that are covered. " +
        "`dwell store prune --before -400d` forgets what is older, but each agent's last event.",
      [
        ["dwell store", "all accounts"],
        ["dwell store --account london --format json", "one of them, with its spans"],
      ],
    ),
  ),
  Command.withSubcommands([prune]),
)
