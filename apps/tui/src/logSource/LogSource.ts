/**
 * From options to a question and the log that answers it.
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import * as EventLog from "@dwell/core/EventLog"
import type { InvalidInput } from "@dwell/core/InvalidInput"
import type * as Report from "@dwell/core/Report"
import * as Window from "@dwell/core/Window"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Option from "effect/Option"
import { UserError, toUsageError, UsageError } from "../errors.ts"
import * as Api from "./apiTarget.ts"
import { fromFile, readText } from "./file.ts"
import * as Kept from "./account.ts"
import { say } from "../output.ts"
import { instant } from "../format.ts"
import { accountNameAtApi, settings, timezoneOption, timezoneAtApi } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"
import { readFromVendor, withNameFallback, readVendorDirectory } from "../accounts/connection.ts"

type Text = Option.Option<string>

/** What is asked, apart from whose log it is. */
interface Spoken {
  readonly from: Text
  readonly to: Text
  readonly now: Text
  readonly tz: Text
  readonly agent: Text
}

export interface SourceOptions extends Spoken {
  readonly input: Text
  readonly api: Text
  readonly key: Text
  readonly account: Text
  readonly offline: boolean
  readonly refresh: boolean
}

export interface FigureOptions extends SourceOptions {
  readonly capStale: boolean
  readonly categories: Text
  readonly agents: Text
}

export interface Asked {
  readonly log: EventLog.EventLog
  readonly question: Report.Question
}

interface Loaded {
  readonly log: EventLog.EventLog
  readonly window: Window.Window
  /** What the source knows of names. */
  readonly names: AgentDirectory.AgentDirectory
  /** What of the window could not be read. */
  readonly uncovered: ReadonlyArray<Window.Window>
}

const orUsage = <A>(checked: Either.Either<A, InvalidInput>): Effect.Effect<A, UsageError> =>
  Effect.mapError(checked, toUsageError)

const makeWindow = (from: number, to: number) => orUsage(Window.make(from, to))

/** The zone of this machine. */
const localZone = Effect.suspend(() => {
  // Where TZ holds something odd there is none, whatever the type says.
  const name: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return Effect.mapError(
    Calendar.zone(name ?? ""),
    () =>
      new UsageError({
        message: "This machine's time zone can't be determined (see TZ). Give --tz, such as --tz Europe/London.",
      }),
  )
})

/** The zone that is given, else this machine's. */
export const zoneOr = (given: Option.Option<Calendar.Zone>): Effect.Effect<Calendar.Zone, UsageError> =>
  Option.match(given, { onNone: () => localZone, onSome: Effect.succeed })

/**
 * The zone of the account; a file is of none unless it is named, and an API's account has that of the account of its name.
 * What is wrong with an account is said when it is used.
 */
const accountZone = ({ account, api, input }: Pick<SourceOptions, "account" | "api" | "input">) =>
  Effect.gen(function* () {
    if (Option.isSome(api)) return yield* timezoneAtApi(account)
    if (Option.isSome(input)) return yield* timezoneOption(account)
    return Option.flatMap(yield* Effect.option(settings(account)), ({ timezone }) => timezone)
  })

/** What options say, before anything is read. */
export const understand = (options: Spoken, timezone: Option.Option<Calendar.Zone>) =>
  Effect.gen(function* () {
    const clock = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const zone = Option.isSome(options.tz) ? yield* orUsage(Calendar.zone(options.tz.value)) : yield* zoneOr(timezone)
    const instantOf = (what: string, text: Text, now: number) =>
      Effect.transposeMapOption(text, (given) => orUsage(Calendar.parseInstant(given, { zone, now, what })))
    const now = yield* instantOf("--now", options.now, clock)
    const reference = Option.getOrElse(now, () => clock)
    const from = yield* instantOf("--from", options.from, reference)
    const to = yield* instantOf("--to", options.to, reference)
    if (Option.isSome(from) && Option.isSome(to)) yield* makeWindow(from.value, to.value)
    const agents = yield* Effect.transposeMapOption(options.agent, (ids) => orUsage(AgentDirectory.parseIds(ids)))
    return { zone, now, reference, from, to, agents: Option.getOrUndefined(agents) }
  })

type Understood = Effect.Effect.Success<ReturnType<typeof understand>>

/** The log of a file, and its window. */
const readFile = (input: string, { from, to }: Understood) =>
  Effect.gen(function* () {
    const { log, name } = yield* fromFile(input)
    if (log.length === 0 && (Option.isNone(from) || Option.isNone(to))) {
      return yield* new UserError({
        message: `${name}: it has no events. Give --from and --to to report on it anyway.`,
      })
    }
    const span = log.span()
    const window = yield* makeWindow(
      Option.getOrElse(from, () => span.from),
      Option.getOrElse(to, () => span.to),
    )
    const loaded: Loaded = { log, window, names: new Map(), uncovered: [] }
    return loaded
  })

/** The window asked of the vendor: from today on where nothing else was asked. */
const vendorWindow = ({ from, reference, to, zone }: Understood) =>
  Effect.gen(function* () {
    const today = yield* orUsage(Calendar.parseInstant("today", { zone, now: reference, what: "--from" }))
    return yield* makeWindow(
      Option.getOrElse(from, () => today),
      Option.getOrElse(to, () => reference),
    )
  })

const spanText = (zone: Calendar.Zone, { from, to }: Window.Window): string =>
  `${instant(zone, from)} to ${instant(zone, to)}`

/** Says what an answer lacks, and how to have it. */
const sayMissing = (uncovered: ReadonlyArray<Window.Window>, zone: Calendar.Zone) => {
  const [first, ...others] = uncovered
  if (first === undefined) return Effect.void
  const more = others.length === 0 ? "" : `, and ${others.length} more`
  return say(`Not stored, so untracked: ${spanText(zone, first)}${more}. Leave out --offline to fetch it.`)
}

/** The account that is asked for, or the default one, where what is asked can be answered. */
const accountOf = (options: SourceOptions) =>
  Effect.gen(function* () {
    const found = yield* settings(options.account)
    const { offline, refresh } = options
    if (offline && refresh) {
      return yield* new UsageError({
        message: "--offline and --refresh: the first makes no request, the second repeats requests. Leave one out.",
      })
    }
    if (offline && !(yield* StoreFile.names).includes(found.account.name)) {
      return yield* new UserError({
        message: `Nothing is stored for ${found.account.name} yet. Leave out --offline to fetch it.`,
      })
    }
    return found
  })

/** Reads of the account that is asked for, or the default one: what is kept, and what is missing of it; with names. */
const readKept = <A extends Kept.Read, E, R>(
  options: SourceOptions,
  areNamesWanted: boolean,
  read: (wanted: Pick<Kept.Wanted, "offline" | "refresh">) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const found = yield* accountOf(options)
    const { offline, refresh } = options
    const named = Kept.withNames(read({ offline, refresh }), areNamesWanted && !offline, found)
    return yield* Effect.provide(named, Kept.services(found))
  })

const readAccount = (
  options: SourceOptions,
  window: Window.Window,
  { agents, to, zone }: Understood,
  isNamed: boolean,
) =>
  Effect.gen(function* () {
    const loaded: Loaded = yield* readKept(options, !isNamed, (wanted) =>
      Kept.log({ ...wanted, window, agents, isEndAsked: Option.isSome(to) }),
    )
    yield* sayMissing(loaded.uncovered, zone)
    return loaded
  })

/** The account of an API that is asked for. */
const placeOf = (url: string, { account, input, key, offline, refresh }: SourceOptions) =>
  Effect.gen(function* () {
    const other = Option.isSome(input) ? "--input" : offline ? "--offline" : refresh ? "--refresh" : undefined
    if (other !== undefined) {
      return yield* new UsageError({
        message: `--api and ${other}: an API answers from its own store, and nothing else is read. Leave one out.`,
      })
    }
    const name = yield* accountNameAtApi(account)
    const target = yield* Api.target(url, key, { option: "--api", variable: "DWELL_API_KEY" })
    return { target, account: name }
  })

/** Only who asks an API needs what reads from it. */
const fromApi = Effect.promise(() => import("./api.ts"))

/** Says what an API's answer lacks. */
const sayMissingThere = (uncovered: ReadonlyArray<Window.Window>, zone: Calendar.Zone) => {
  const [first, ...others] = uncovered
  if (first === undefined) return Effect.void
  const more = others.length === 0 ? "" : `, and ${others.length} more`
  return say(`Not stored at the API, so untracked: ${spanText(zone, first)}${more}. \`dwell sync --push\` sends it.`)
}

/** The log that an API has of a window, as far as it is known there unless an end was asked for. */
const readApi = (url: string, options: SourceOptions, understood: Understood) =>
  Effect.gen(function* () {
    const place = yield* placeOf(url, options)
    const { agents, to, zone } = understood
    const asked = {
      window: yield* vendorWindow(understood),
      isEndAsked: Option.isSome(to),
      ...(agents === undefined ? {} : { agents }),
    }
    const loaded: Loaded = yield* (yield* fromApi).log(place, asked)
    yield* sayMissingThere(loaded.uncovered, zone)
    return loaded
  })

/** Refuses options that would say nothing about a file. */
const mustBeOfAccount = ({ offline, refresh }: SourceOptions) => {
  const given = offline ? "--offline" : refresh ? "--refresh" : undefined
  return given === undefined
    ? Effect.void
    : new UsageError({
        message: `${given}: a file is always read whole and without the network. Leave out ${given} or --input.`,
      })
}

/** Refuses a key that nobody is given. */
const keyMustBeOfUse = ({ api, key }: SourceOptions) =>
  Option.isSome(key) && Option.isNone(api)
    ? new UsageError({
        message: "--key: it is the key of a Dwell API. Give the URL with --api, or leave out --key.",
      })
    : Effect.void

const read = (options: SourceOptions, understood: Understood, isNamed: boolean) =>
  Effect.gen(function* () {
    yield* keyMustBeOfUse(options)
    if (Option.isSome(options.api)) return yield* readApi(options.api.value, options, understood)
    if (Option.isNone(options.input)) {
      return yield* readAccount(options, yield* vendorWindow(understood), understood, isNamed)
    }
    yield* mustBeOfAccount(options)
    return yield* readFile(options.input.value, understood)
  })

/** What options say that are about an account and no file, and their window. */
export const accountWindow = (
  options: Pick<SourceOptions, "account" | "from" | "tz" | "agent"> & { readonly to: Text },
) =>
  Effect.gen(function* () {
    const none = Option.none()
    const timezone = yield* accountZone({ account: options.account, api: none, input: none })
    const understood = yield* understand({ ...options, now: none }, timezone)
    const window = yield* vendorWindow(understood)
    return { window, zone: understood.zone, agents: understood.agents }
  })

/** The log as it was read, the window asked about, and what of it could not be read. */
export const events = (options: SourceOptions) =>
  Effect.gen(function* () {
    const understood = yield* understand(options, yield* accountZone(options))
    const { log, uncovered, window } = yield* read(options, understood, true)
    return { log: understood.agents === undefined ? log : EventLog.ofAgents(log, understood.agents), window, uncovered }
  })

/** Everything but the log. */
const prepare = (options: FigureOptions, timezone: Option.Option<Calendar.Zone>) =>
  Effect.gen(function* () {
    const understood = yield* understand(options, timezone)
    const categories = yield* Effect.transposeMapOption(options.categories, (name) =>
      Effect.flatMap(readText(name), (content) => Category.parse(content, name)),
    )
    const directory = yield* Effect.transposeMapOption(options.agents, (name) =>
      Effect.flatMap(readText(name), (content) => AgentDirectory.fromCsv(content, name)),
    )
    const asked = ({ log, names, uncovered, window }: Loaded): Asked => ({
      log,
      question: {
        window,
        now: Option.getOrElse(understood.now, () => Math.min(window.to, understood.reference)),
        zone: understood.zone,
        categories: Option.getOrElse(categories, () => Category.defaults),
        directory: Option.getOrElse(directory, () => names),
        ...(understood.agents === undefined ? {} : { agents: understood.agents }),
        capStale: options.capStale,
        uncovered,
      },
    })
    return { understood, isNamed: Option.isSome(directory), asked }
  })

/** A question and its log. */
export const ask = (options: FigureOptions) =>
  Effect.gen(function* () {
    const { asked, isNamed, understood } = yield* prepare(options, yield* accountZone(options))
    return asked(yield* read(options, understood, isNamed))
  })

/** A question and its log, from a vendor who is connected already; nothing is kept. */
export const askVendor = (options: FigureOptions) =>
  Effect.gen(function* () {
    const { asked, isNamed, understood } = yield* prepare(options, Option.none())
    const window = yield* vendorWindow(understood)
    const [log, names] = yield* Effect.all(
      [
        readFromVendor(window, understood.agents),
        isNamed ? Effect.succeed(new Map()) : withNameFallback(new Map(), readVendorDirectory(window)),
      ],
      { concurrency: 2 },
    )
    return asked({ log, window, names, uncovered: [] })
  })

/** The log of a file as far as it is known, which is to its last event unless --now says more. */
const momentOfFile = (input: string, at: number, understood: Understood) =>
  Effect.gen(function* () {
    const { now, zone } = understood
    const { log, name } = yield* fromFile(input)
    if (log.length === 0) return yield* new UserError({ message: `${name}: it has no events. Give another file.` })
    const last = log.span().to - 1
    const known = Option.getOrElse(now, () => last)
    if (at > known) {
      const end = Option.isSome(now) ? "--now" : `the last event of ${name}`
      return yield* new UsageError({
        message:
          `T: ${instant(zone, at)} is later than ${end}, ${instant(zone, known)}, so the status then is not known. ` +
          `Give an earlier T${Option.isSome(now) ? "" : ", or say with --now until when the file is complete"}.`,
      })
    }
    const loaded: Loaded = { log, window: { from: at, to: at + 1 }, names: new Map(), uncovered: [] }
    return { loaded, known, agents: understood.agents }
  })

/** Refuses an instant of which nobody can know. */
const mustHavePassed = (at: number, { reference, zone }: Understood) =>
  at > reference
    ? new UsageError({
        message: `T: ${instant(zone, at)} is in the future; it is ${instant(zone, reference)} now. Give an earlier T.`,
      })
    : Effect.void

const isKnownAt = (at: number, { uncovered }: Loaded): boolean =>
  uncovered.every(({ from, to }) => at < from || at >= to)

/** The log that an API has around the instant. */
const momentOfApi = (url: string, options: SourceOptions, at: number, understood: Understood) =>
  Effect.gen(function* () {
    const { agents, reference: now, zone } = understood
    const place = yield* placeOf(url, options)
    yield* mustHavePassed(at, understood)
    const asked = { instant: at, now, ...(agents === undefined ? {} : { agents }) }
    const loaded = yield* (yield* fromApi).around(place, asked)
    if (!isKnownAt(at, loaded)) yield* sayMissingThere(loaded.uncovered, zone)
    return { loaded, known: loaded.known, agents: loaded.agents }
  })

/** The log of the account around the instant. */
const momentOfAccount = (options: SourceOptions, at: number, understood: Understood, isNamed: boolean) =>
  Effect.gen(function* () {
    const { agents, reference, zone } = understood
    yield* mustHavePassed(at, understood)
    const loaded = yield* readKept(options, !isNamed, (wanted) =>
      Kept.around({ ...wanted, instant: at, now: reference, agents }),
    )
    if (!isKnownAt(at, loaded)) yield* sayMissing(loaded.uncovered, zone)
    return { loaded, known: loaded.known, agents: loaded.agents }
  })

/** A question about an instant, and its log. */
export const askAt = (text: string, options: Omit<FigureOptions, "from" | "to">) =>
  Effect.gen(function* () {
    const whole = { ...options, from: Option.none(), to: Option.none() }
    const { asked, isNamed, understood } = yield* prepare(whole, yield* accountZone(whole))
    const { reference: now, zone } = understood
    const at = yield* orUsage(Calendar.parseInstant(text, { zone, now, what: "T" }))
    yield* keyMustBeOfUse(whole)
    const { agents, known, loaded } = Option.isSome(whole.api)
      ? yield* momentOfApi(whole.api.value, whole, at, understood)
      : Option.isSome(whole.input)
        ? yield* Effect.zipRight(mustBeOfAccount(whole), momentOfFile(whole.input.value, at, understood))
        : yield* momentOfAccount(whole, at, understood, isNamed)
    const {
      log,
      question: { window: _, ...rest },
    } = asked(loaded)
    return { log, question: { ...rest, ...(agents === undefined ? {} : { agents }), instant: at, now: known } }
  })
