// However the screens are left, the terminal is as it was: main screen, cursor, no modes.
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { program } from "../pty/program.ts"

const crash = fileURLToPath(new URL("crash.mjs", import.meta.url))

const started = async (options = {}) => {
  const screen = program(options)
  await screen.until(/\d events/)
  expect(screen.isRestored()).toBe(false)
  expect(screen.written()).toContain("\u001b[?1049h")
  return screen
}

it("the screens leave the terminal as it was at ctrl-c", async () => {
  const screen = await started()
  screen.press("ctrl-c")
  expect(await screen.ended).toBe(0)
  expect(screen.isRestored()).toBe(true)
})

it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("the screens leave the terminal as it was at %s", async (signal) => {
  const screen = await started()
  screen.signal(signal)
  await screen.ended
  expect(screen.isRestored()).toBe(true)
})

it("a crash leaves the terminal usable, and says what happened", async () => {
  const screen = await started({ env: { NODE_OPTIONS: `--import=${crash}` } })
  screen.signal("SIGUSR2")
  expect(await screen.ended).not.toBe(0)
  expect(screen.isRestored()).toBe(true)
  expect(screen.text()).toContain("nobody expected this")
})

it("the terminal may change its size at any time, and is left as it was at q", async () => {
  const screen = await started({ columns: 120, rows: 40 })
  screen.resize(70, 20)
  await screen.until((text) => text.includes("events") && !text.includes("Since"))
  screen.resize(20, 10)
  await screen.until(/Too small/)
  screen.resize(160, 50)
  await screen.until(/Since/)
  screen.press("q")
  expect(await screen.ended).toBe(0)
  expect(screen.isRestored()).toBe(true)
})
