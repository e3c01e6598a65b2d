/** The place of the keys: a file on this machine, or a deployed API. */
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { KeyStore } from "../../keys/KeyStore.ts"
import type { NewKey, Rotation } from "../../keys/schemas.ts"
import { folderOf } from "../../node/dataFolder.ts"
import * as file from "../../node/keyFile.ts"
import { UserError, UsageError } from "@dwell/terminal/errors"
import * as remote from "./remoteKeys.ts"

/** The actor in the audit log. Only the owner of the file can act here. */
const commandLine = "command line"

export const place = {
  data: Options.text("data").pipe(
    Options.withPseudoName("DIR"),
    Options.withDescription(
      "Folder of the API's data. Default: DWELL_DATA, else dwell-api under XDG_DATA_HOME or ~/.local/share",
    ),
    Options.optional,
  ),
  url: Options.text("url").pipe(
    Options.withPseudoName("URL"),
    Options.withDescription("URL of a deployed API to use instead; needs an admin key in DWELL_ADMIN_KEY"),
    Options.optional,
  ),
}

interface Place {
  readonly data: Option.Option<string>
  readonly url: Option.Option<string>
}

const deployed = (url: string) =>
  Effect.gen(function* () {
    const base = yield* remote.baseUrl(url)
    const key = yield* Effect.orDie(Config.option(Config.redacted(Config.nonEmptyString("DWELL_ADMIN_KEY"))))
    if (Option.isSome(key)) return remote.make(base, key.value)
    return yield* new UserError({
      message: "DWELL_ADMIN_KEY is not set. Set it to an admin key; it can't be given on the command line.",
    })
  })

const toUserError = ({ message }: { readonly message: string }) => new UserError({ message })

/** The keys of a place, with the same operations for a file and a deployed API. */
export const keysOf = ({ data, url }: Place) =>
  Effect.gen(function* () {
    if (Option.isSome(url)) {
      if (Option.isNone(data)) return yield* deployed(url.value)
      return yield* new UsageError({
        message: "--data and --url: they can't be used together. Give one of them.",
      })
    }
    const folder = yield* folderOf(data)
    const here = Effect.provide(file.layer(folder))
    return {
      create: (wanted: NewKey) =>
        here(Effect.flatMap(KeyStore, ({ create }) => create(wanted, commandLine))).pipe(
          Effect.catchTag("InvalidInput", (error) => toUserError(error)),
        ),
      list: (sessions: boolean) => here(Effect.flatMap(KeyStore, ({ list }) => list({ sessions }))),
      rotate: (id: string, rotation: Rotation) =>
        here(Effect.flatMap(KeyStore, ({ rotate }) => rotate(id, commandLine, rotation))).pipe(
          Effect.catchTags({ UnknownKey: (error) => toUserError(error), NotRotatable: (error) => toUserError(error) }),
        ),
      revoke: (id: string) =>
        here(Effect.flatMap(KeyStore, ({ revoke }) => revoke(id, commandLine))).pipe(
          Effect.catchTag("UnknownKey", (error) => toUserError(error)),
        ),
      audit: (limit: number) => here(Effect.flatMap(KeyStore, ({ audit }) => audit(limit))),
    }
  })
