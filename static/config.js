// deploy.sh writes this file anew for the addresses it deploys to.
export const FUNCTION_URL = 'http://127.0.0.1:8080';
export const TRAINING_URL = null;
