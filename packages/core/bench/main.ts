/** Measures one subject: `node main.js SUBJECT FOLDER`; without arguments it lists the subjects. */
import { run } from "./measure.ts"
import { subjects } from "./subjects.ts"

export { subjects }

if (import.meta.main) await run(subjects)
