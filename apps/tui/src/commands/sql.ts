/**
 * `dwell sql`: a query that computes Dwell's figures in a warehouse.
 */
import * as WarehouseSql from "@dwell/core/WarehouseSql"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { write } from "../output.ts"
import { timezoneOption } from "../accounts/settings.ts"
import { resolveQuery } from "../logSource/query.ts"

/** The default path or table of an export. */
const defaultSource = { duckdb: "events.parquet", clickhouse: "events.parquet", postgres: "events" }

const instant = (name: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName("T"), Options.withDescription(`${description}: ${shared.instants}`))

export const sql = Command.make(
  "sql",
  {
    dialect: Options.choice("dialect", WarehouseSql.dialects).pipe(
      Options.withDescription("SQL dialect. Default: duckdb"),
      Options.withDefault("duckdb" as const),
    ),
    query: Options.choice("query", WarehouseSql.queries).pipe(
      Options.withDescription("Sums by agent and status, or the intervals. Default: sums"),
      Options.withDefault("sums" as const),
    ),
    input: Options.text("input").pipe(
      Options.withPseudoName("PATH"),
      Options.withDescription(
        "Parquet file or folder that `dwell export` wrote; in postgres, the table. Default: events.parquet, or events",
      ),
      Options.optional,
    ),
    from: instant("from", "Start of the window"),
    to: instant("to", "End of the window (exclusive)"),
    now: shared.source.now,
    tz: Options.text("tz").pipe(
      Options.withPseudoName("ZONE"),
      Options.withDescription("IANA time zone of --from and --to. Default: this machine's"),
      Options.optional,
    ),
  },
  ({ dialect, from, input, now, query, to, tz }) =>
    Effect.gen(function* () {
      const asked = yield* resolveQuery(
        { from: Option.some(from), to: Option.some(to), now, tz, agent: Option.none() },
        yield* timezoneOption(Option.none()),
      )
      const window = { from: yield* asked.from, to: yield* asked.to }
      yield* write(
        WarehouseSql.sql({
          dialect,
          what: query,
          source: Option.getOrElse(input, () => defaultSource[dialect]),
          window,
          now: Option.getOrElse(asked.now, () => Math.min(window.to, asked.reference)),
        }),
      )
    }),
).pipe(
  Command.withDescription(
    help(
      "Prints one SQL query that computes the figures of `dwell report` or `dwell intervals` from the files of " +
        "`dwell export`: to paste, to read or to build on.",
      [
        ["dwell sql --from 2026-11-01 --to 2026-12-01 --input lake | duckdb", "one month, from a folder with days"],
        [
          "dwell sql --dialect postgres --from -7d --to today --input ops.events",
          "for a table, including how to load it",
        ],
        ["dwell sql --dialect clickhouse --query intervals --from yesterday --to today", "the intervals"],
      ],
    ),
  ),
)
