/**
 * The sign-in page, which exchanges a key for a session. The key is sent in a request body, never in a URL.
 */
import { page } from "./Page.tsx"

export interface SignInProps {
  /** The initial account; may be empty. */
  readonly account: string
  /** What was wrong with the last attempt, and what to do. */
  readonly problem: string | null
}

/** The page that asks for account and key. */
export const signIn = ({ account, problem }: SignInProps): string =>
  page({
    title: "Sign in – Dwell",
    styles: ["/assets/wallboard.css"],
    scripts: [],
    children: (
      <body class="door">
        <main>
          <h1>Dwell</h1>
          <p>Agent status now, and the figures of the day.</p>
          <form method="post" action="/session" class="card">
            <h2>Sign in</h2>
            {problem === null ? null : (
              <p class="problem" role="alert" id="problem">
                {problem}
              </p>
            )}
            <label>
              Account
              <input
                name="account"
                value={account}
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                required
                autofocus={account === ""}
              />
            </label>
            <label>
              Key
              <input
                name="key"
                type="password"
                autocomplete="current-password"
                required
                autofocus={account !== ""}
                {...(problem === null ? {} : { "aria-describedby": "problem" })}
              />
            </label>
            <button type="submit">Sign in</button>
          </form>
        </main>
      </body>
    ),
  })
