// `npm run edge`: the API in workerd, with an emulated ContactNow behind it and a printed key.
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { make } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"

const here = import.meta.dirname
const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js")
if (process.argv.length > 2) {
  console.error(
    "npm run edge takes no arguments. The variable PORT sets the port (default 8108). Press Ctrl-C to stop.",
  )
  process.exit(process.argv.some((arg) => arg === "--help" || arg === "-h") ? 0 : 2)
}
const account = "demo"
const credentials = { username: "api-user", password: "api-key" }
const adminKey = `dwell_${randomBytes(8).toString("hex")}_${randomBytes(32).toString("hex")}`
const port = Number(process.env.PORT ?? 8108)
const url = `http://127.0.0.1:${port}`
const state = mkdtempSync(join(tmpdir(), "dwell-edge-"))

/** A Tuesday afternoon of the demo centre, so that agents are at work at any time of day. */
const aheadSeconds = Date.UTC(2026, 2, 10, 14, 40) / 1000 - Math.floor(Date.now() / 1000)
const emulator = await serve(make({ ...credentials, agents: 24, days: 30, aheadSeconds }), { port: 0 })
const vendors = { [account]: { baseUrl: `${emulator.url}/`, ...credentials } }
const variables = {
  DWELL_ADMIN_KEY: adminKey,
  DWELL_VENDORS: JSON.stringify(vendors),
  DWELL_TIMEZONE: new Intl.DateTimeFormat().resolvedOptions().timeZone,
}

const workerd = spawn(
  process.execPath,
  [
    wrangler,
    "dev",
    "--env=",
    "--ip=127.0.0.1",
    `--port=${port}`,
    `--persist-to=${state}`,
    "--show-interactive-dev-session=false",
    "--log-level=error",
    ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ],
  { cwd: here, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
)

let isEnding = false
const end = async (code) => {
  if (isEnding) return
  isEnding = true
  workerd.kill()
  await emulator.close()
  rmSync(state, { recursive: true, force: true })
  process.exit(code)
}
workerd.on("exit", (code) => end(isEnding ? 0 : (code ?? 1)))
process.on("SIGINT", () => end(0))
process.on("SIGTERM", () => end(0))

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds))

const ask = (path, key, init = {}) =>
  fetch(`${url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...init.headers },
  })

for (;;) {
  const ready = await fetch(`${url}/readyz`).catch(() => undefined)
  if (ready?.ok) break
  await pause(0.2)
}
const wanted = { name: "demo", scopes: ["read", "ingest"], accounts: [account], expiresAt: null }
const issued = await ask("/v1/keys", adminKey, { method: "POST", body: JSON.stringify(wanted) })
if (issued.status !== 201) {
  console.error(`Port ${port} is used by another server. Stop that one, or set PORT to another port.`)
  await end(1)
}
const { key } = await issued.json()
console.log(`A Dwell API in workerd, with a demo contact centre of 24 agents.

  wallboard  ${url}/
  reference  ${url}/docs
  account    ${account}
  key        ${key}

In another terminal:

  curl -H 'Authorization: Bearer ${key}' '${url}/v1/accounts/${account}/report?from=yesterday&to=today'

Press Ctrl-C to stop; all data is then deleted.`)

// When deployed, a cron trigger does this each minute.
for (let from = "-2d"; ; from = "-1h") {
  const synced = await ask(`/v1/accounts/${account}/sync?from=${from}`, key, { method: "POST" }).catch(() => undefined)
  if (!isEnding && synced?.ok !== true) console.error("ContactNow could not be read; trying again.")
  await pause(5)
}
