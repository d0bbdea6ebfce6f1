;;; coderlsp.el --- Code suggestions by a language model on your machine  -*- lexical-binding: t; -*-

;; Author: CoderLsp contributors
;; Maintainer: CoderLsp contributors
;; Version: 0.1.0
;; Package-Requires: ((emacs "30.1"))
;; Keywords: convenience, languages, tools
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The client of the language server coderlsp, on lsp-mode 10 (ghost text by its inline completion) or on Eglot (entries of
;; `completion-at-point').  The README tells how to set it up.
;;
;; This file has what both share: the settings, which server a buffer has, and `coderlsp-mode', which shows in the mode line what
;; the server is doing.  coderlsp-lsp-mode.el and coderlsp-eglot.el tie it to the two, coderlsp-actions.el has `coderlsp-explain',
;; `coderlsp-edit' and `coderlsp-tests'.

;;; Code:

(require 'cl-lib)

(defgroup coderlsp nil
  "Code suggestions by a language model on your machine."
  :group 'tools
  :prefix "coderlsp-")

(defcustom coderlsp-command '("coderlsp" "--stdio")
  "The executable of the server and its arguments."
  :type '(repeat string))

(defvar coderlsp-settings-hook nil
  "Run when `coderlsp-settings' have changed.")

(defcustom coderlsp-settings nil
  "The server's settings, with the names of its configuration file.
A property list, for example (:model \"seedling\" :inline (:maxTokens 32));
false is `:json-false', a list is a vector.  Set it with `setopt' or in
the customisation buffer: a running server takes the change at once."
  :type 'plist
  :initialize #'custom-initialize-default
  :set (lambda (symbol value)
         (set-default-toplevel-value symbol value)
         (run-hooks 'coderlsp-settings-hook)))

(defun coderlsp-settings-object ()
  "The settings as something that becomes a JSON object."
  (or coderlsp-settings (make-hash-table)))

(defvar coderlsp--told-missing nil
  "Whether the user knows that the executable is missing.")

(defun coderlsp-executable-p ()
  "Whether the executable is there.  If not, the user is told, once."
  (or (executable-find (car coderlsp-command))
      (ignore
       (unless coderlsp--told-missing
         (setq coderlsp--told-missing t)
         ;; Later, as what lsp-mode or the start of Emacs shows next would hide it.
         (run-with-timer
          0.5 nil #'display-warning 'coderlsp
          (format "There is no executable `%s'.  Put it on the PATH of Emacs, or set `coderlsp-command'."
                  (car coderlsp-command))
          :error)))))

;;;; JSON objects, which are property lists or hash tables

(defun coderlsp-get (object &rest keys)
  "The value in the JSON OBJECT behind KEYS, one inside the other."
  (dolist (key keys object)
    (setq object (if (hash-table-p object) (gethash (substring (symbol-name key) 1) object) (plist-get object key)))))

(defun coderlsp-with (object key value)
  "The JSON OBJECT with KEY as VALUE.  OBJECT stays as it is."
  (if (hash-table-p object)
      (let ((copy (copy-hash-table object)))
        (puthash (substring (symbol-name key) 1) value copy)
        copy)
    (plist-put (copy-sequence object) key value)))

;;;; The server of a buffer

(cl-defstruct coderlsp-client
  "A server as lsp-mode or Eglot talks to it.  All slots but KEY are functions.
KEY       what tells servers apart.
REQUEST   METHOD PARAMS ON-RESULT ON-ERROR; returns a function that cancels.
URI       of the current buffer.
RANGE     BEGIN END: an LSP range.
REGION    RANGE: (BEGIN . END).
SUGGEST   asks for a suggestion now.
RESTART   starts it anew.
LOG       the buffer with what it wrote."
  key request uri range region suggest restart log)

(defvar coderlsp-client-functions nil
  "Functions that return the `coderlsp-client' of the current buffer, or nil.")

(defun coderlsp-client ()
  "The server of the current buffer, or an error with what to do."
  (or (run-hook-with-args-until-success 'coderlsp-client-functions)
      (user-error "CoderLsp does not serve this buffer: start it with M-x lsp or M-x coderlsp-eglot")))

(defun coderlsp-request (method params on-result &optional on-error)
  "Ask the server of the current buffer METHOD with PARAMS.
ON-RESULT gets the result, ON-ERROR a sentence, which else is shown.
Returns a function that cancels the request."
  (funcall (coderlsp-client-request (coderlsp-client)) method params on-result
           (or on-error (lambda (reason) (message "CoderLsp: %s" reason)))))

(defun coderlsp-document ()
  "The LSP's identifier of the current buffer."
  (list :uri (funcall (coderlsp-client-uri (coderlsp-client)))))

;;;; What the server is doing

(defvar coderlsp-states (make-hash-table :test #'eq :weakness 'key)
  "What each server said last of its state.")

(defun coderlsp-set-state (key state)
  "Remember the STATE of the server KEY and show it."
  (puthash key state coderlsp-states)
  (force-mode-line-update t))

(defun coderlsp--state ()
  "What the server of the current buffer said last."
  (when-let* ((client (run-hook-with-args-until-success 'coderlsp-client-functions)))
    (gethash (coderlsp-client-key client) coderlsp-states)))

(defvar-keymap coderlsp-lighter-map
  :doc "Keys of the state in the mode line."
  "<mode-line> <mouse-1>" #'coderlsp-status)

(defun coderlsp--lighter ()
  "The state for the mode line."
  (let* ((status (coderlsp--state))
         (state (coderlsp-get status :state))
         (speed (coderlsp-get status :speed :decodeTokensPerSecond))
         (name (or (coderlsp-get status :model :name) "CoderLsp"))
         (text (pcase state
                 ('nil "CoderLsp off")
                 ("loading" (format "%s %d%%" name (or (coderlsp-get status :percent) 0)))
                 ("busy" (concat name " …"))
                 ("ready" (if speed (format "%s %.0f t/s" name speed) name))
                 (_ (format "%s %s" name state)))))
    (concat " " (propertize (string-replace "%" "%%" text)
                            'help-echo "mouse-1: what CoderLsp is doing"
                            'local-map coderlsp-lighter-map))))

(defconst coderlsp--status-lines
  '(("State" "%s" :state) ("Loaded" "%d%%" :percent) ("Message" "%s" :message) ("What to do" "%s" :remedy)
    ("Model" "%s" :model :name) ("Weights" "%s" :model :quantization) ("Window" "%d tokens" :model :contextTokens)
    ("Prompts" "%.1f tokens/s" :speed :promptTokensPerSecond) ("Suggestions" "%.1f tokens/s" :speed :decodeTokensPerSecond)
    ("Cache" "%d MB" :cache :megabytes) ("Memory" "%d MB" :memoryMegabytes))
  "Name, format and keys of what `coderlsp-status' shows.")

(defun coderlsp-status ()
  "Show what the server is doing."
  (interactive)
  (coderlsp-client)
  (let ((status (coderlsp--state)))
    (with-help-window "*CoderLsp status*"
      (pcase-dolist (`(,name ,format . ,keys) coderlsp--status-lines)
        (when-let* ((value (apply #'coderlsp-get status keys)))
          (princ (format (concat "%-13s" format "\n") (concat name ":") value)))))))

(defun coderlsp-suggest ()
  "Ask for a suggestion now."
  (interactive)
  (funcall (coderlsp-client-suggest (coderlsp-client))))

(defun coderlsp-restart ()
  "Start the server anew."
  (interactive)
  (funcall (coderlsp-client-restart (coderlsp-client))))

(defun coderlsp-log ()
  "Show what the server wrote."
  (interactive)
  (pop-to-buffer (or (funcall (coderlsp-client-log (coderlsp-client))) (user-error "CoderLsp has written nothing"))))

;;;; The minor mode

(defvar-keymap coderlsp-command-map
  :doc "Commands of CoderLsp, behind \\`C-c ;'."
  "c" #'coderlsp-suggest
  "x" #'coderlsp-explain
  "e" #'coderlsp-edit
  "t" #'coderlsp-tests
  "s" #'coderlsp-status
  "r" #'coderlsp-restart
  "l" #'coderlsp-log)

(defvar-keymap coderlsp-mode-map
  :doc "Keys of `coderlsp-mode'."
  "C-c ;" coderlsp-command-map)

(define-minor-mode coderlsp-mode
  "Commands of CoderLsp, and in the mode line what it is doing.
It is on in the buffers that the server serves."
  :lighter (:eval (coderlsp--lighter)))

(autoload 'coderlsp-explain "coderlsp-actions" nil t)
(autoload 'coderlsp-edit "coderlsp-actions" nil t)
(autoload 'coderlsp-tests "coderlsp-actions" nil t)
(autoload 'coderlsp-eglot "coderlsp-eglot" nil t)

;;;###autoload (with-eval-after-load 'lsp-mode (require 'coderlsp))

(provide 'coderlsp)

;; Behind `provide', as this file is required there.
(with-eval-after-load 'lsp-mode (require 'coderlsp-lsp-mode))

;;; coderlsp.el ends here
