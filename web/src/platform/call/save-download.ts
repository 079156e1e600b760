import type { Download } from 'luytre/platform/http/endpoint.ts'

/** Hands a file to the browser's downloads. */
export function saveDownload(download: Download): void {
  const address = URL.createObjectURL(new Blob([download.bytes as BlobPart], { type: download.contentType }))
  const link = document.createElement('a')
  link.href = address
  link.download = download.fileName
  link.click()
  // The browser has taken the file by the next task.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}
