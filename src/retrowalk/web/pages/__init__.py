"""One module for each page: read the form, call the app, present the answer."""
