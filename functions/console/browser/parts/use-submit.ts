import { useState } from 'hono/jsx/dom'
import { ApiProblem, type Problem } from '../api/client.ts'
import { valuesOf } from './field.tsx'

export interface Submission {
  readonly isBusy: boolean
  readonly problem: Problem | undefined
  /** For a button, or for `onSubmit` by way of `submit`. */
  run(act: () => Promise<void>): Promise<void>
  /** For `onSubmit`: gives the form's values. */
  submit(act: (values: Readonly<Record<string, string>>) => Promise<void>): (event: Event) => void
  forget(): void
}

/** One request at a time, and what the API said when it refused. */
export function useSubmit(): Submission {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const run = async (act: () => Promise<void>) => {
    if (isBusy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await act()
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      setProblem(error.problem)
    } finally {
      setBusy(false)
    }
  }
  const submit = (act: (values: Readonly<Record<string, string>>) => Promise<void>) => (event: Event) => {
    event.preventDefault()
    const form = event.currentTarget
    if (form instanceof HTMLFormElement) void run(() => act(valuesOf(form)))
  }
  return { isBusy, problem, run, submit, forget: () => setProblem(undefined) }
}
