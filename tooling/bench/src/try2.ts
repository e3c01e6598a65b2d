import { readFileSync } from "node:fs"
import { start } from "./screen/terminal.ts"
Object.assign(process.env, JSON.parse(readFileSync("/tmp/bench-site.json", "utf8")))
const [name, secs, opts] = process.argv.slice(2)
process.env.NODE_OPTIONS = opts ?? ""
const t = start()
const a = await t.until((x) => /^. *\d{6} .*(available|call|wrap|idle|offline)/m.test(x))
const ca = t.cpuMs()
const b = await t.until((x) => /\d events/.test(x))
const cb = t.cpuMs()
console.log(name, "people", Math.round(a - t.begin), "cpu", ca, "day", Math.round(b - t.begin), "cpu", cb)
for (let i = 0; i < Number(secs); i += 2) { const c0 = t.cpuMs()!; const w = t.written().length; await new Promise((r) => setTimeout(r, 2000)); process.stdout.write(` ${t.cpuMs()! - c0}/${t.written().length - w}B${/As of \S+/.exec(t.text())?.[0].slice(6)}`) }
console.log()
await t.leave()
