// `dwell-api keys` as a program of its own, for the tests: what fails ends it with the tag of the error.
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { keys } from "../../src/keys/commands.ts"

const root = Command.make("dwell-api").pipe(Command.withSubcommands([keys]))

Command.run(root, { name: "dwell-api", version: "0" })(process.argv).pipe(
  Effect.catchAll((error) =>
    Effect.sync(() => {
      process.stderr.write(`${error._tag}: ${"message" in error ? error.message : ""}\n`)
      process.exitCode = 1
    }),
  ),
  Effect.provide(Layer.merge(NodeContext.layer, CliConfig.layer({ showBuiltIns: false }))),
  NodeRuntime.runMain,
)
