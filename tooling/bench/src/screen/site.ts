/**
 * What the screens are measured on: an emulated centre in a process of its own, and a home whose store has its day.
 *
 * Shape    it is five in the afternoon of a Tuesday, whatever the hour, by a time zone that makes it so; the clock is the
 *          system's, as the program's is
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { bundlesOf, cache, root, screens } from "../places.ts"

const hour = 3600
const day = 24 * hour

/** A Tuesday of the emulator's centre. */
const tuesday = Date.UTC(2026, 2, 10) / 1000
const afternoon = 17

/** The zone in which it is five or so, and how far ahead of the clock the Tuesday is whose five o'clock that is. */
const afternoonOf = (now: number) => {
  const hours = Math.floor((now % day) / hour)
  const offset = ((afternoon - hours + 36) % 24) - 12
  const midnight = Math.floor((now + offset * hour) / day) * day - offset * hour
  // Their signs are the other way round: Etc/GMT-5 is five hours ahead of Greenwich.
  return { TZ: offset === 0 ? "UTC" : `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`, ahead: tuesday - midnight }
}

/** The environment in which programs find all that. */
export type Environment = Readonly<Record<string, string>>

const run = async (env: Environment, args: ReadonlyArray<string>): Promise<void> => {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", 2] })
  await once(child, "exit")
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")} failed (${child.exitCode ?? "killed"}).`)
}

/** Lends a centre of so many agents, and a home in which nobody has lived yet. */
export const withSite = async <A>(agents: number, use: (env: Environment) => Promise<A>): Promise<A> => {
  const { TZ, ahead } = afternoonOf(Math.floor(Date.now() / 1000))
  const program = join(import.meta.dirname, "emulator.ts")
  const emulator = spawn(process.execPath, [program, `${agents}`, `${ahead}`], { stdio: ["ignore", "pipe", "inherit"] })
  const home = join(cache, "screen")
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  try {
    let url = ""
    for await (const text of emulator.stdout.setEncoding("utf8")) {
      url += text
      if (url.endsWith("\n")) break
    }
    const env = {
      DWELL_BENCH_AGENTS: `${agents}`,
      TZ,
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_DATA_HOME: join(home, "data"),
      DWELL_BASE_URL: url.trim(),
      DWELL_USERNAME: "api-user",
      DWELL_PASSWORD: "api-key",
    }
    // All that the floor ever asks for, and what the engine makes of the program.
    await run(env, [bundlesOf(root).dwell, "sync", "--from", "-9d"])
    await run(env, [screens, "warm"])
    return await use(env)
  } finally {
    const ended = once(emulator, "exit")
    emulator.kill()
    await ended
  }
}
