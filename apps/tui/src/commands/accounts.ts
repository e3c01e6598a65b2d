/**
 * `dwell accounts`: the stored accounts, and which one is the default.
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Accounts from "../accounts/accounts.ts"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { outputStyle, print, say } from "../output.ts"
import { section } from "../render/printable.ts"
import type { Column } from "../render/Table.ts"
import { tokenFile } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"

interface Row {
  readonly name: string
  readonly baseUrl: string
  readonly timezone: string | null
  readonly default: boolean
}

const columns: ReadonlyArray<Column<Row>> = [
  { key: "name", title: "Account", value: ({ name }) => name },
  { key: "baseUrl", title: "Base URL", value: ({ baseUrl }) => baseUrl },
  { key: "timezone", title: "Time zone", value: ({ timezone }) => timezone },
  { key: "default", title: "", value: (row) => row.default, show: (row) => (row.default ? "default" : "") },
]

const rowsOf = (accounts: Accounts.Accounts): ReadonlyArray<Row> =>
  Accounts.names(accounts).flatMap((name) =>
    Option.match(Accounts.get(accounts, name), {
      onNone: () => [],
      onSome: (account) => [
        {
          name,
          baseUrl: Accounts.endpointOf(account),
          timezone: account.timezone ?? null,
          default: name === accounts.default,
        },
      ],
    }),
  )

const name = Args.text({ name: "NAME" }).pipe(Args.withDescription("A name that `dwell accounts` lists"))

const remove = Command.make("remove", { name }, (args) =>
  Effect.gen(function* () {
    const left = yield* Accounts.update((accounts) =>
      Effect.gen(function* () {
        yield* Accounts.find(accounts, { name: args.name, by: "NAME" })
        const { default: standard, ...rest } = accounts
        const others = Object.fromEntries(Object.entries(accounts.accounts).filter(([key]) => key !== args.name))
        return {
          ...rest,
          ...(standard === undefined || standard === args.name ? {} : { default: standard }),
          accounts: others,
        }
      }),
    )
    const files = yield* FileSystem.FileSystem
    yield* Effect.ignore(files.remove(yield* tokenFile(args)))
    const hasToChoose = left.default === undefined && Accounts.names(left).length > 1
    const isKept = (yield* StoreFile.names).includes(args.name)
    yield* say(
      [
        `Removed ${args.name}.`,
        ...(isKept
          ? [`Its events stay in ${yield* StoreFile.fileOf(args.name)}; delete that file to remove them.`]
          : []),
        ...(hasToChoose ? ["There is no default any more: `dwell accounts default NAME` sets one."] : []),
      ].join(" "),
    )
  }),
).pipe(Command.withDescription("Deletes an account, its credentials and its token; its events stay."))

const setDefault = Command.make("default", { name }, (args) =>
  Effect.gen(function* () {
    yield* Accounts.update((accounts) =>
      Effect.as(Accounts.find(accounts, { name: args.name, by: "NAME" }), { ...accounts, default: args.name }),
    )
    yield* say(`${args.name} is now the default.`)
  }),
).pipe(Command.withDescription("Sets the account that commands use without --account."))

export const accounts = Command.make("accounts", { format: shared.format }, ({ format }) =>
  Effect.gen(function* () {
    const rows = rowsOf(yield* Accounts.load)
    if (rows.length === 0) yield* say("There are no accounts. `dwell login` adds one.")
    if (format === "json") yield* print([JSON.stringify({ accounts: rows }, null, 2)])
    else if (rows.length > 0) yield* print(section({ columns, rows })[format](yield* outputStyle))
  }),
).pipe(
  Command.withDescription(
    help("The accounts that `dwell login` stored: name, base URL, time zone, and which one is the default.", [
      ["dwell accounts", "list them; credentials are never shown"],
      ["dwell accounts default london", "use this account unless --account names another"],
      ["dwell accounts remove london", "delete it, its credentials and its token"],
    ]),
  ),
  Command.withSubcommands([remove, setDefault]),
)
