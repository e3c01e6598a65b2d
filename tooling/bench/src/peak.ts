/** Loaded beside a program whose memory is to be known (`node --import`): writes its peak to a file when it exits. */
import { writeFileSync } from "node:fs"
import { peakMB } from "../../../packages/core/bench/measure.ts"

const path = process.env["DWELL_BENCH_PEAK"]
if (path !== undefined) process.on("exit", () => writeFileSync(path, String(peakMB())))
