/**
 * `dwell store`: what is stored per account, and pruning.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Accounts from "../accounts/accounts.ts"
import { UserError, messageOf, toUsageError, UsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { outputStyle, print, say } from "../output.ts"
import { section } from "../render/printable.ts"
import { calendarStrips } from "../render/sparklines.ts"
import { ink, type Style } from "@dwell/terminal/style"
import type { Column } from "../render/Table.ts"
import { printable } from "@dwell/terminal/text"
import { bytes, count, instant, plural } from "../format.ts"
import { accountOption, settings } from "../accounts/settings.ts"
import { accountWindow, zoneOr } from "../logSource/query.ts"
import * as StoreFile from "../accounts/storeFile.ts"

/** The store of one account. */
const summarise = (account: string) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { closedDays, closedRows, openDays, openRows, ...size } = yield* store.size
    const { spans } = yield* store.coverage
    const agents = yield* store.agents
    const [from, to] = [spans[0]?.from ?? null, spans.at(-1)?.to ?? null]
    const gaps = from === null || to === null ? [] : Coverage.missing({ spans, carriedIn: [] }, { from, to })
    return {
      account,
      file: yield* StoreFile.fileOf(account),
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
  }).pipe(Effect.provide(StoreFile.layer({ name: account })))

type Row = Effect.Effect.Success<ReturnType<typeof summarise>> & { readonly timezone: string }

const columns = (rows: ReadonlyArray<Row>): ReadonlyArray<Column<Row>> => {
  const time = ({ timezone }: Row, seconds: number | null) =>
    seconds === null ? "–" : instant({ name: timezone }, seconds)
  const areZonesMixed = new Set(rows.map(({ timezone }) => timezone)).size > 1
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
    { key: "from", title: "From", value: ({ from }) => from, show: (row) => time(row, row.from) },
    { key: "to", title: "To", value: ({ to }) => to, show: (row) => time(row, row.to) },
    { key: "gaps", title: "Gaps", value: ({ gaps }) => gaps, align: "right", priority: 1 },
    { key: "asOf", title: "As of", value: ({ asOf }) => asOf, show: (row) => time(row, row.asOf), priority: 2 },
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
    {
      key: "timezone",
      ...(areZonesMixed ? { title: "Time zone", priority: 0 } : {}),
      value: ({ timezone }) => timezone,
    },
  ]
}

const linesOf = function* (
  rows: ReadonlyArray<Row>,
  format: shared.Format,
  now: number,
  style: Style,
): Generator<string> {
  const table = section({ columns: columns(rows), rows })
  if (format === "json") yield JSON.stringify({ accounts: rows }, null, 2)
  else if (format !== "table") yield* table[format]()
  else if (rows.length === 0) yield "Nothing is stored yet. `dwell sync` fetches the last week."
  else {
    yield* table.table(style)
    for (const { account, file, spans, timezone } of rows) {
      yield ""
      yield `${ink(style, "bold", account)}, ${timezone}`
      yield* calendarStrips(style, { name: timezone }, spans, now)
      yield file
    }
  }
}

const listed = Options.text("account").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("Only the store of this name. Default: DWELL_ACCOUNT, else all"),
  Options.optional,
)

const account = Options.text("account").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription(
    "One of `dwell accounts`, or a name that `dwell store` lists. Default: DWELL_ACCOUNT, else the default account",
  ),
  Options.optional,
)

const before = Options.text("before").pipe(
  Options.withPseudoName("T"),
  Options.withDescription(`Delete events before this instant: ${shared.instants}`),
)

/** The store to prune: that of an account, or one whose name no account has. */
const owner = (option: Option.Option<string>) =>
  Effect.gen(function* () {
    const given = yield* accountOption(option)
    if (Option.isSome(given)) {
      const { name } = given.value
      const isAccount = Option.isSome(Accounts.get(yield* Accounts.load, name))
      if (!isAccount && (yield* StoreFile.names).includes(name)) return { name }
    }
    return (yield* settings(option)).account
  })

export const prune = Command.make("prune", { account, tz: shared.source.tz, before }, (options) =>
  Effect.gen(function* () {
    const { zone } = yield* accountWindow({ ...options, from: Option.none(), to: Option.none(), agent: Option.none() })
    const now = yield* nowSeconds
    const instantGiven = Calendar.parseInstant(options.before, { zone, now, what: "--before" })
    const cut = yield* Effect.mapError(instantGiven, toUsageError)
    if (cut > now) {
      yield* new UsageError({
        message: `--before: ${instant(zone, cut)} is in the future; it is ${instant(zone, now)} now. Give an earlier T.`,
      })
    }
    const whose = yield* owner(options.account)
    const { forgotten, size } = yield* Effect.gen(function* () {
      const store = yield* EventStore
      const rows = yield* store.prune(cut)
      yield* store.vacuum
      return { forgotten: rows, size: yield* store.size }
    }).pipe(Effect.provide(StoreFile.layer(whose)))
    yield* print([
      `Deleted ${plural(forgotten, "event")} of ${whose.name} before ${instant(zone, cut)}, keeping each agent's last one; ` +
        `${plural(size.openRows + size.closedRows, "event")} remain stored: ${bytes(size.bytes)}.`,
    ])
  }),
).pipe(
  Command.withDescription(
    help(
      "Deletes an account's events before an instant, keeping each agent's last one (later figures start from it).",
      [
        ["dwell store prune --before -400d", "delete events older than 400 days"],
        ["dwell store prune --account london --before 2026-01-01", "delete one account's events before a day"],
      ],
    ),
  ),
)

export const store = Command.make(
  "store",
  { account: listed, tz: shared.source.tz, format: shared.format },
  ({ account: option, format, tz }) =>
    Effect.gen(function* () {
      const names = yield* StoreFile.names
      const given = yield* accountOption(option)
      if (Option.isSome(given) && !names.includes(given.value.name)) {
        const { by, name } = given.value
        const there = names.length === 0 ? "Nothing is stored yet" : `There are stores for ${names.join(", ")}`
        yield* new UserError({ message: `${by}: nothing is stored for "${name}". ${there}.` })
      }
      const asked = Option.match(given, { onNone: () => names, onSome: ({ name }) => [name] })
      const asZone = yield* Effect.transposeMapOption(tz, (name) => Effect.mapError(Calendar.zone(name), toUsageError))
      const zones = yield* Accounts.timezones
      const [damages, found] = yield* Effect.partition(asked, summarise)
      const rows = yield* Effect.forEach(found, (row) =>
        Effect.map(zoneOr(Option.orElse(asZone, () => Option.fromNullable(zones.get(row.account)))), (zone): Row => ({
          ...row,
          timezone: zone.name,
        })),
      )
      const now = yield* nowSeconds
      // If all of them fail, "nothing is stored" would be wrong.
      if (rows.length > 0 || asked.length === 0) yield* print(linesOf(rows, format, now, yield* outputStyle))
      const config = Option.isSome(tz) ? Option.none() : yield* Effect.option(Effect.flip(Accounts.load))
      const failures = [...damages, ...Option.toArray(config)]
      // The last failure is printed when the command ends.
      yield* Effect.forEach(failures.slice(0, -1), (failure) => say(printable(messageOf(failure))))
      yield* Effect.transposeMapOption(Option.fromNullable(failures.at(-1)), Effect.fail)
    }),
).pipe(
  Command.withDescription(
    help(
      "What is stored per account: how much, from when to when, and a calendar of the days that are covered. " +
        "`dwell store prune --before -400d` deletes older events, keeping each agent's last one.",
      [
        ["dwell store", "all accounts"],
        ["dwell store --account london --format json", "one account, with its spans"],
      ],
    ),
  ),
  Command.withSubcommands([prune]),
)
