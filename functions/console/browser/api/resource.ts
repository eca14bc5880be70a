/** What a GET answers, kept fresh: read once, then again whenever an event says that it may have changed. Nothing polls. */
import { useCallback, useEffect, useRef, useState } from 'hono/jsx/dom'
import { type LiveEvent, onEvent, onReconnect } from '../live/stream.ts'
import { ApiProblem, get, type Problem } from './client.ts'

export interface Resource<T> {
  /** The last answer; stays while a newer one is on its way. */
  readonly value: T | undefined
  readonly problem: Problem | undefined
  readonly isLoading: boolean
  reload(): void
}

interface State<T> {
  readonly path: string | null
  readonly value?: T
  readonly problem?: Problem
  readonly isLoading: boolean
}

/** Events come in bursts, and each asks the API the same. */
const GATHERING_MS = 250

/** `path` null: nothing to ask yet. `changesWith` says which events are worth another look, `gatheringMs` after the first. */
export function useResource<T>(
  path: string | null,
  changesWith: (event: LiveEvent) => boolean = () => false,
  gatheringMs = GATHERING_MS,
): Resource<T> {
  const [state, setState] = useState<State<T>>({ path, isLoading: path !== null })
  const running = useRef<AbortController | null>(null)
  const interest = useRef(changesWith)
  interest.current = changesWith

  const load = useCallback(async () => {
    running.current?.abort()
    if (path === null) return
    const controller = new AbortController()
    running.current = controller
    setState((before) => ({ ...(before.path === path ? before : { path }), isLoading: true }))
    try {
      const value = await get<T>(path, controller.signal)
      if (!controller.signal.aborted) setState({ path, value, isLoading: false })
    } catch (error) {
      if (controller.signal.aborted) return
      if (!(error instanceof ApiProblem)) throw error
      const { problem } = error
      setState((before) => ({ ...(before.path === path ? before : { path }), problem, isLoading: false }))
    }
  }, [path])

  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      gathering ??= setTimeout(() => {
        gathering = undefined
        void load()
      }, gatheringMs)
    }
    const stops = [onEvent((event) => interest.current(event) && soon()), onReconnect(soon)]
    void load()
    return () => {
      for (const stop of stops) stop()
      clearTimeout(gathering)
      running.current?.abort()
    }
  }, [load, gatheringMs])

  // The answer to another path is no answer to this one.
  const isCurrent = state.path === path
  return {
    value: isCurrent ? state.value : undefined,
    problem: isCurrent ? state.problem : undefined,
    isLoading: isCurrent ? state.isLoading : path !== null,
    reload: () => void load(),
  }
}
