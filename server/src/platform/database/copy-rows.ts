import type pg from 'pg'

// Rows as PostgreSQL's binary COPY sends them: a quarter of the work of an ordinary query on both sides, for whoever
// reads millions. The driver hands over each row as it arrives; `onRow` works on it at once, so nothing piles up.

// PostgreSQL manual, COPY, "Binary Format": signature, flags and length of the extension, before the first row.
const headerLength = 19

/**
 * Runs `copy … to stdout (format binary)` and calls `onRow` with the bytes that hold a row and where its first field
 * begins: each field is its length as 32-bit integer (-1 for null), then its bytes. The bytes are valid during the call
 * only. Rejects with what the database says, or with what `onRow` threw.
 */
export function copyRows(client: pg.PoolClient, text: string, onRow: (bytes: Buffer, at: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFirst = true
    let failure: Error | undefined
    // What pg calls on a query of one's own; it is not part of its types.
    const query = {
      submit: (connection: { query(text: string): void }) => connection.query(text),
      handleCopyData({ chunk }: { chunk: Buffer }) {
        const at = isFirst ? headerLength : 0
        isFirst = false
        // The trailer stands in the place of a row: a number of fields of -1.
        if (failure || chunk.readInt16BE(at) < 0) return
        try {
          onRow(chunk, at + 2)
        } catch (error) {
          failure = error as Error
        }
      },
      handleError: (error: Error) => reject(error),
      handleReadyForQuery: () => (failure ? reject(failure) : resolve()),
      handleRowDescription() {},
      handleDataRow() {},
      handleCommandComplete() {},
      handleEmptyQuery() {},
      handlePortalSuspended() {},
    }
    client.query(query as pg.Submittable)
  })
}
