// STUB
export const EditPersonPanel = () => null
