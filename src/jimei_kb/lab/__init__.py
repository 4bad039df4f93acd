"""Opens JupyterLab with settings of its own: nothing of the user's set-up is written to."""
