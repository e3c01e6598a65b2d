/**
 * How categories look, in pictures and on pages: each differs from the others in lightness or filling as well as in hue.
 */
import type { Category } from "@dwell/core/Category"

/** What a status is shown as: its category, or that nothing is known. */
export type Role = Category | "untracked"

/** The categories of the time logged in, from busiest to least. */
export const loggedInRoles = [
  "handling",
  "afterCall",
  "available",
  "idle",
  "other",
] as const satisfies ReadonlyArray<Role>

/** All roles, as tiles, legends and lists have them. */
export const roles = [...loggedInRoles, "offline", "untracked"] as const satisfies ReadonlyArray<Role>

export const labels: Readonly<Record<Role, string>> = {
  handling: "Handling",
  afterCall: "After call",
  available: "Available",
  idle: "Idle",
  other: "Other",
  offline: "Offline",
  untracked: "Untracked",
}

export interface Palette {
  readonly ink: string
  readonly faint: string
  readonly line: string
  readonly paper: string
  readonly roles: Readonly<Record<Role, string>>
}

export const light: Palette = {
  ink: "#17202b",
  faint: "#566170",
  line: "#dde3ea",
  paper: "#ffffff",
  roles: {
    handling: "#00795a",
    afterCall: "#3d9bd1",
    available: "#2a4fb0",
    idle: "#d98e1f",
    other: "#9c3f75",
    offline: "#8a909a",
    untracked: "#8a909a",
  },
}

export const dark: Palette = {
  ink: "#eaf0f7",
  faint: "#9aa6b6",
  line: "#28323f",
  paper: "#131a23",
  roles: {
    handling: "#2fb38b",
    afterCall: "#7cc7f0",
    available: "#5585ea",
    idle: "#e6a23c",
    other: "#d58ab4",
    offline: "#6b7686",
    untracked: "#6b7686",
  },
}

// What XML 1.0 can say at all; a surrogate without its other half is no character.
const controls = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|[\u007f-\u009f]/gu

/** Text from outside without the characters that neither XML nor a person can read. */
export const stripControls = (text: string): string => text.replaceAll(controls, "")

/** What an agent is called: the name, or the number where there is none. */
export const displayName = ({ agent, name }: { readonly agent: number; readonly name: string | null }): string => {
  const shown = stripControls(name ?? "").trim()
  return shown === "" ? String(agent) : shown
}
