"""The Cloud Function: packages the trained model and answers HTTP."""
