/** The form of a key: `dwell_ID_SECRET`, with id and secret in hexadecimal digits. */
export const keyPattern = /^dwell_([0-9a-f]{16})_([0-9a-f]{64})$/

/** Whether a text has the form of a key. */
export const isKey = (text: string): boolean => keyPattern.test(text)

/** The cookie with the key of a browser session. */
export const sessionCookie = "dwell_session"
