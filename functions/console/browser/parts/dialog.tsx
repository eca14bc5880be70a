/** A modal question; the browser keeps the focus inside, and gives it back after. */
import type { Child } from 'hono/jsx'
import { useEffect, useRef } from 'hono/jsx/dom'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children?: Child
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  // A dialog that is taken away closes too, and another may stand in its place already.
  const isLeaving = useRef(false)
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => {
      isLeaving.current = true
      dialog?.close()
    }
  }, [])
  return (
    <dialog ref={element} class="dialog" aria-label={title} onClose={() => isLeaving.current || onClose()}>
      <h2>{title}</h2>
      {children}
    </dialog>
  )
}
