/** What the routes of an account need besides events, for tests that need nothing of it. */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Category from "@dwell/core/Category"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { AgentNames } from "../src/account/AgentNames.ts"
import { AccountSettings } from "../src/account/AccountSettings.ts"

/** Names in memory, none at first. */
export const names = Layer.sync(AgentNames, () => {
  let known: AgentDirectory = new Map()
  return {
    all: Effect.sync(() => known),
    put: (found) => Effect.sync(() => (known = found).size),
    fetchedAt: Ref.unsafeMake<number | null>(null),
  }
})

export const settings = Layer.succeed(AccountSettings, {
  zone: { name: "UTC" },
  categories: Category.defaults,
  maxBodyBytes: 1,
  bodyIdleTimeoutSeconds: 1,
  answerTimeoutSeconds: 1,
})
