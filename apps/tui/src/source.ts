/**
 * From options to a question and the log that answers it.
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import * as ContactNow from "@dwell/core/ContactNow"
import * as EventLog from "@dwell/core/EventLog"
import * as Format from "@dwell/core/format/Format"
import { type InvalidInput } from "@dwell/core/InvalidInput"
import type * as Report from "@dwell/core/Report"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import * as Window from "@dwell/core/Window"
import { type PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Fixable, usage, Usage } from "./errors.ts"
import { say } from "./output.ts"
import * as Progress from "./progress.ts"
import { instant, percent, plural } from "./render/text.ts"
import { type Connection, settings, type Settings, timezoneGiven, tokenFile } from "./settings.ts"

type Text = Option.Option<string>

export interface SourceOptions {
  readonly input: Text
  readonly from: Text
  readonly to: Text
  readonly now: Text
  readonly tz: Text
  readonly agent: Text
  readonly account: Text
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
}

const orUsage = <A>(checked: Either.Either<A, InvalidInput>): Effect.Effect<A, Usage> => Effect.mapError(checked, usage)

const causes: Partial<Record<string, string>> = {
  NotFound: "there is no such file. Check the path",
  PermissionDenied: "you may not read it. Check its permissions",
  BadResource: "it is a folder. Give a file",
}

const unreadable = (name: string) => (error: PlatformError) =>
  new Fixable({
    message: `${name}: ${(error._tag === "SystemError" ? causes[error.reason] : undefined) ?? `it can't be read (${error.message})`}.`,
  })

const readText = (name: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* Effect.mapError(files.readFileString(name), unreadable(name))
  })

/** Large enough for a file to be read in few steps. */
const chunkBytes = 1_048_576

/** A file's bytes, chunk after chunk in the same memory: a chunk must have been used before the next one is asked for. */
const fileBytes = (name: string): Stream.Stream<Uint8Array, Fixable, FileSystem.FileSystem> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const file = yield* Effect.mapError(files.open(name, { flag: "r" }), unreadable(name))
      const memory = new Uint8Array(chunkBytes)
      const next = Effect.mapError(file.read(memory), unreadable(name))
      return Stream.repeatEffectOption(
        Effect.flatMap(Effect.mapError(next, Option.some), (read) =>
          read === 0n ? Effect.fail(Option.none()) : Effect.succeed(memory.subarray(0, Number(read))),
        ),
      )
    }),
  )

/** The log of a file, and what its reader calls it. */
const fromFile = (input: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const isStandard = input === "-"
    const name = isStandard ? "standard input" : input
    const bytes = isStandard
      ? NodeStream.fromReadable<Fixable>(
          () => process.stdin,
          (error) => new Fixable({ message: `${name}: it can't be read (${String(error)}).` }),
        )
      : fileBytes(input)
    const { size: bytesOfFile } = isStandard ? { size: 0 } : yield* Effect.mapError(files.stat(input), unreadable(name))
    // A pipe does not say how long it is.
    const size = Number(bytesOfFile) || null
    const meter = yield* Progress.make
    const collector = EventLog.collector()
    let read = 0
    const shown = () =>
      `Reading ${name}  ${size === null ? "" : `${percent(read / size)}  `}${plural(collector.rows, "row")}`
    const counted = Stream.tap(bytes, (chunk) => {
      read += chunk.length
      return meter.show(shown)
    })
    yield* Format.collect(counted, collector).pipe(
      Effect.catchTag(
        "FormatError",
        (error) =>
          new Fixable({
            message: `${name}: ${error.message}. Give status_log rows as vendor JSON or XML, NDJSON or CSV; nothing was reported.`,
          }),
      ),
      Effect.ensuring(meter.clear),
    )
    return { name, log: collector.log() }
  })

/** The services that talk to the vendor; the token of an account is kept in a file of its own unless told otherwise. */
export const connect = (
  { account, addresses, ...connection }: Connection & Partial<Pick<Settings, "account">>,
  { keepToken = true } = {},
) => {
  const contactNow = ContactNow.layer(connection)
  const token = Layer.unwrapScoped(
    Effect.gen(function* () {
      const isKept = keepToken && account !== undefined
      const cache = isKept ? { cache: yield* Token.fileCache(yield* tokenFile(account), { addresses }) } : {}
      return Token.layer({ addresses, ...cache })
    }),
  )
  return StatusLog.layer.pipe(Layer.provideMerge(token), Layer.provideMerge(contactNow))
}

/** Reads a window from the vendor, showing how far it is. */
const fromVendor = (window: Window.Window, agents: ReadonlyArray<number> | undefined) =>
  Effect.gen(function* () {
    const statusLog = yield* StatusLog.StatusLog
    const meter = yield* Progress.make
    const collector = EventLog.collector()
    yield* statusLog
      .read({
        window,
        ...(agents === undefined ? {} : { agents }),
        onProgress: ({ all, done, phase, requests, rows }) =>
          meter.show(
            () =>
              `Reading ${phase === "carryIn" ? "what came before" : "the window"}  ${percent(done / Math.max(1, all))}  ` +
              `${plural(rows, "row")} in ${plural(requests, "request")}`,
          ),
      })
      .pipe(
        Stream.runForEach((batch) => Effect.sync(() => collector.add(batch))),
        Effect.ensuring(meter.clear),
      )
    return collector.log()
  })

/** The vendor's names. Teams are known of agents with calls alone, so a week before the window is asked about too. */
const vendorDirectory = ({ from, to }: Window.Window) =>
  AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })

const agentIds = (option: string): Either.Either<ReadonlyArray<number>, Usage> => {
  const texts = option.split(",").map((id) => id.trim())
  const wrong = texts.find((id) => !/^\d+$/.test(id) || !Number.isSafeInteger(Number(id)))
  return wrong === undefined
    ? Either.right(texts.map(Number))
    : Either.left(new Usage({ message: `--agent: "${wrong}" is not an agent id. Give ids such as 700101,700102.` }))
}

const makeWindow = (from: number, to: number) => orUsage(Window.make(from, to))

/** The zone of this machine. */
const localZone = Effect.suspend(() => {
  // Where TZ holds something odd there is none, whatever the type says.
  const name: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return Effect.mapError(
    Calendar.zone(name ?? ""),
    () =>
      new Usage({ message: "This machine's time zone can't be told (see TZ). Give --tz, such as --tz Europe/London." }),
  )
})

/** The zone of the account; a file is of none unless it is named. What is wrong with an account is said when it is used. */
const accountZone = ({ account, input }: Pick<SourceOptions, "account" | "input">) =>
  Option.isSome(input)
    ? timezoneGiven(account)
    : Effect.map(
        Effect.option(settings(account)),
        Option.flatMap(({ timezone }) => timezone),
      )

/** What options say, before anything is read. */
export const understand = (options: SourceOptions, timezone: Option.Option<Calendar.Zone>) =>
  Effect.gen(function* () {
    const clock = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const ownZone = Option.match(timezone, { onNone: () => localZone, onSome: Effect.succeed })
    const zone = Option.isSome(options.tz) ? yield* orUsage(Calendar.zone(options.tz.value)) : yield* ownZone
    const instantOf = (what: string, text: Text, now: number) =>
      Effect.transposeMapOption(text, (given) => orUsage(Calendar.parseInstant(given, { zone, now, what })))
    const now = yield* instantOf("--now", options.now, clock)
    const reference = Option.getOrElse(now, () => clock)
    const from = yield* instantOf("--from", options.from, reference)
    const to = yield* instantOf("--to", options.to, reference)
    if (Option.isSome(from) && Option.isSome(to)) yield* makeWindow(from.value, to.value)
    const agents = yield* Effect.transposeMapOption(options.agent, agentIds)
    return { zone, now, reference, from, to, agents: Option.getOrUndefined(agents) }
  })

type Understood = Effect.Effect.Success<ReturnType<typeof understand>>

/** The log of a file, and its window. */
const readFile = (input: string, { from, to }: Understood) =>
  Effect.gen(function* () {
    const { log, name } = yield* fromFile(input)
    if (log.length === 0 && (Option.isNone(from) || Option.isNone(to))) {
      return yield* new Fixable({
        message: `${name}: it has no events in it. Give --from and --to to ask about no events.`,
      })
    }
    const span = log.span()
    const window = yield* makeWindow(
      Option.getOrElse(from, () => span.from),
      Option.getOrElse(to, () => span.to),
    )
    const loaded: Loaded = { log, window, names: new Map() }
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

/** The log of the vendor. */
const readVendor = (window: Window.Window, { agents }: Understood, isNamed: boolean) =>
  Effect.gen(function* () {
    const [log, directory] = yield* Effect.all(
      [
        fromVendor(window, agents),
        isNamed ? Effect.succeedNone : Effect.asSome(Effect.either(vendorDirectory(window))),
      ],
      { concurrency: 2 },
    )
    const names: AgentDirectory.AgentDirectory = yield* Option.match(directory, {
      onNone: () => Effect.succeed(new Map()),
      // A report without names is still right, so their failure is only said.
      onSome: Either.match({
        onLeft: ({ message }) =>
          Effect.as(say(`Names of agents could not be read, so ids are shown. ${message}`), new Map()),
        onRight: Effect.succeed,
      }),
    })
    const loaded: Loaded = { log, window, names }
    return loaded
  })

/** Reads as the account that is asked for, or the default one, says. */
const asAccount = ({ account }: Pick<SourceOptions, "account">, read: ReturnType<typeof readVendor>) =>
  Effect.flatMap(settings(account), (found) => Effect.provide(read, connect(found)))

const read = (options: SourceOptions, understood: Understood, isNamed: boolean) =>
  Option.isSome(options.input)
    ? readFile(options.input.value, understood)
    : Effect.flatMap(vendorWindow(understood), (window) => asAccount(options, readVendor(window, understood, isNamed)))

/** The log as it was read, and the window asked about. */
export const events = (options: SourceOptions) =>
  Effect.gen(function* () {
    const understood = yield* understand(options, yield* accountZone(options))
    const { log, window } = yield* read(options, understood, true)
    return { log: understood.agents === undefined ? log : EventLog.ofAgents(log, understood.agents), window }
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
    const asked = ({ log, names, window }: Loaded): Asked => ({
      log,
      question: {
        window,
        now: Option.getOrElse(understood.now, () => Math.min(window.to, understood.reference)),
        zone: understood.zone,
        categories: Option.getOrElse(categories, () => Category.defaults),
        directory: Option.getOrElse(directory, () => names),
        ...(understood.agents === undefined ? {} : { agents: understood.agents }),
        capStale: options.capStale,
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

/** A question and its log, from a vendor who is connected already. */
export const askVendor = (options: FigureOptions) =>
  Effect.gen(function* () {
    const { asked, isNamed, understood } = yield* prepare(options, Option.none())
    return asked(yield* readVendor(yield* vendorWindow(understood), understood, isNamed))
  })

/** A visit that began this long before an instant is seen to begin; looking back for statuses reads as far anyway. */
const visitSeconds = 21_600

/** So long after an instant the end of a status is looked for. */
const untilSeconds = 86_400

/** The log of a file as far as it is known, which is to its last event unless --now says more. */
const momentOfFile = (input: string, at: number, { now, zone }: Understood) =>
  Effect.gen(function* () {
    const { log, name } = yield* fromFile(input)
    if (log.length === 0) return yield* new Fixable({ message: `${name}: it has no events in it. Give another file.` })
    const last = log.span().to - 1
    const known = Option.getOrElse(now, () => last)
    if (at > known) {
      const end = Option.isSome(now) ? "--now" : `the last event of ${name}`
      return yield* new Usage({
        message:
          `T: ${instant(zone, at)} is later than ${end}, ${instant(zone, known)}, and what was then is not known. ` +
          `Give an earlier T${Option.isSome(now) ? "" : ", or with --now up to when the file has everything"}.`,
      })
    }
    const loaded: Loaded = { log, window: { from: at, to: at + 1 }, names: new Map() }
    return { loaded, known }
  })

/** The log of the vendor from before the instant to where the statuses of then have ended, or now. */
const momentOfVendor = (options: SourceOptions, at: number, understood: Understood, isNamed: boolean) =>
  Effect.gen(function* () {
    const { reference, zone } = understood
    if (at > reference) {
      return yield* new Usage({
        message: `T: ${instant(zone, at)} is in the future, as it is ${instant(zone, reference)} now. Give an earlier T.`,
      })
    }
    const known = Math.min(reference, at + untilSeconds)
    const window = yield* makeWindow(at - visitSeconds, Math.max(at + 1, known))
    return { loaded: yield* asAccount(options, readVendor(window, understood, isNamed)), known }
  })

/** A question about an instant, and its log. */
export const askAt = (text: string, options: Omit<FigureOptions, "from" | "to">) =>
  Effect.gen(function* () {
    const whole = { ...options, from: Option.none(), to: Option.none() }
    const { asked, isNamed, understood } = yield* prepare(whole, yield* accountZone(whole))
    const { reference: now, zone } = understood
    const at = yield* orUsage(Calendar.parseInstant(text, { zone, now, what: "T" }))
    const { known, loaded } = Option.isSome(whole.input)
      ? yield* momentOfFile(whole.input.value, at, understood)
      : yield* momentOfVendor(whole, at, understood, isNamed)
    const {
      log,
      question: { window: _, ...rest },
    } = asked(loaded)
    return { log, question: { ...rest, instant: at, now: known } }
  })
