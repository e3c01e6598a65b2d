#!/usr/bin/env node
/** The process of `dwell-api`; its command line is in `cli.ts`. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { conclude, run } from "./cli.ts"

NodeRuntime.runMain(run(process.argv.slice(2)), {
  disableErrorReporting: true,
  disablePrettyLogger: true,
  teardown: (exit, onExit) => onExit(conclude(exit, process.stderr)),
})
