import { useEffect, useState } from 'react'

/** A dialogue that is fetched when it is first opened: it must see the change from closed to open to give the focus back. */
export function useOpensAfterMount(isOpen: boolean): boolean {
  const [isOpenNow, setIsOpenNow] = useState(false)
  useEffect(() => setIsOpenNow(isOpen), [isOpen])
  return isOpenNow
}
