;;; coderlsp-lsp-mode.el --- CoderLsp by lsp-mode  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Ghost text by lsp-mode's inline completion.  The server runs beside the language's own ("add-on").  Loaded when lsp-mode is.

;;; Code:

(require 'coderlsp-actions)
(require 'lsp-mode nil t) ; so that this compiles also where it is absent
(require 'lsp-inline-completion nil t)

(defvar lsp--cur-workspace)
(defvar lsp-inline-completion-active-map)
(defvar lsp-inline-completion-idle-delay)
(defvar lsp-inline-completion--current)
(defvar lsp-inline-completion--items)
(defvar lsp-inline-completion--start-point)
(declare-function lsp-buffer-language "ext:lsp-mode")
(declare-function lsp-cancel-request-by-token "ext:lsp-mode" (token))
(declare-function lsp-disable-method-for-server "ext:lsp-mode" (method server-id))
(declare-function lsp-find-workspace "ext:lsp-mode" (server-id &optional file-name))
(declare-function lsp-inline-completion-accept "ext:lsp-inline-completion")
(declare-function lsp-inline-completion-display "ext:lsp-inline-completion")
(declare-function lsp-inline-completion-show-overlay "ext:lsp-inline-completion")
(declare-function lsp-inline-completion--clear-overlay "ext:lsp-inline-completion")
(declare-function lsp-make-position "ext:lsp-protocol")
(declare-function lsp-make-range "ext:lsp-protocol")
(declare-function lsp-notify "ext:lsp-mode" (method params))
(declare-function lsp-register-client "ext:lsp-mode" (client))
(declare-function lsp-request-async "ext:lsp-mode")
(declare-function lsp-session "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode" (command &optional test-command))
(declare-function lsp-workspace-restart "ext:lsp-mode" (workspace))
(declare-function lsp-workspaces "ext:lsp-mode")
(declare-function lsp--client-server-id "ext:lsp-mode")
(declare-function lsp--buffer-uri "ext:lsp-mode")
(declare-function lsp--range-to-region "ext:lsp-mode" (range))
(declare-function lsp--region-to-range "ext:lsp-mode" (start end))
(declare-function lsp--session-workspaces "ext:lsp-mode" (session))
(declare-function lsp--workspace-client "ext:lsp-mode")
(declare-function lsp--workspace-cmd-proc "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(defvar lsp-progress-function)

(defcustom coderlsp-modes '(prog-mode text-mode conf-mode)
  "Parents of the major modes in which lsp-mode starts CoderLsp."
  :type '(repeat symbol)
  :group 'coderlsp)

(defcustom coderlsp-idle-delay 0.2
  "Seconds without a key until a suggestion is asked for."
  :type 'number
  :group 'coderlsp)

(defcustom coderlsp-accept-key "TAB"
  "The key that takes the suggestion that is shown; nil for lsp-mode's own."
  :type '(choice key (const nil))
  :group 'coderlsp)

(defcustom coderlsp-accept-word-key "M-<right>"
  "The key that takes the next word of the suggestion; nil for none."
  :type '(choice key (const nil))
  :group 'coderlsp)

(defcustom coderlsp-accept-line-key "M-<down>"
  "The key that takes the rest of the suggestion's line; nil for none."
  :type '(choice key (const nil))
  :group 'coderlsp)

(defcustom coderlsp-popup nil
  "Whether completion popups get the suggestion too."
  :type 'boolean
  :group 'coderlsp)

(defun coderlsp-lsp--ours-p (workspace)
  "Whether WORKSPACE is one of this server."
  (eq (lsp--client-server-id (lsp--workspace-client workspace)) 'coderlsp))

(defun coderlsp-lsp--request (workspace method params on-result on-error)
  "Ask the server of WORKSPACE METHOD with PARAMS.
ON-RESULT and ON-ERROR are those of `coderlsp-client'."
  (let ((lsp--cur-workspace workspace) (token (gensym)))
    (lsp-request-async method params on-result
                       :mode 'detached :cancel-token token
                       :error-handler (lambda (failure) (funcall on-error (coderlsp-get failure :message))))
    (lambda () (lsp-cancel-request-by-token token))))

(defun coderlsp-lsp--client ()
  "The workspace of this server that the current buffer has in lsp-mode."
  (when-let* (((bound-and-true-p lsp-mode))
              (workspace (seq-find #'coderlsp-lsp--ours-p (lsp-workspaces))))
    (make-coderlsp-client
     :key workspace
     :request (lambda (&rest asked) (apply #'coderlsp-lsp--request workspace asked))
     :uri #'lsp--buffer-uri
     :range #'lsp--region-to-range
     :region #'lsp--range-to-region
     :suggest #'lsp-inline-completion-display
     :restart (lambda () (lsp-workspace-restart workspace))
     :log (lambda () (get-buffer (format "*%s::stderr*" (process-name (lsp--workspace-cmd-proc workspace))))))))

(add-hook 'coderlsp-client-functions #'coderlsp-lsp--client)

(defun coderlsp-lsp--status (workspace state)
  "Show the STATE of the server of WORKSPACE."
  (coderlsp-set-state workspace state)
  ;; lsp-mode drops messages that come in one read with a reply that it waits for: what should soon be over is asked for again.
  (when (member (coderlsp-get state :state) '("starting" "loading" "busy"))
    (run-with-timer
     1 nil
     (lambda ()
       (when (and (eq state (gethash workspace coderlsp-states)) (process-live-p (lsp--workspace-cmd-proc workspace)))
         (coderlsp-lsp--request workspace "coderlsp/state" (make-hash-table)
                                (lambda (new) (coderlsp-lsp--status workspace new)) #'ignore))))))

(defun coderlsp-lsp--opened ()
  "Set a buffer up that the server has got."
  (setq-local lsp-inline-completion-idle-delay coderlsp-idle-delay)
  (coderlsp-mode))

(defun coderlsp-lsp--send-settings ()
  "Send the changed settings to all servers."
  (dolist (workspace (lsp--session-workspaces (lsp-session)))
    (when (coderlsp-lsp--ours-p workspace)
      (let ((lsp--cur-workspace workspace))
        (lsp-notify "workspace/didChangeConfiguration" (list :settings (list :coderlsp (coderlsp-settings-object))))))))

(add-hook 'coderlsp-settings-hook #'coderlsp-lsp--send-settings)

(defun coderlsp-lsp--handlers (&rest pairs)
  "The handlers PAIRS, NAME FUNCTION in turn, as lsp-mode takes them."
  (let ((table (make-hash-table :test #'equal)))
    (cl-loop for (name function) on pairs by #'cddr do (puthash name function table))
    table))

(defun coderlsp-lsp--do (action)
  "Do ACTION of lsp-mode's own menu with our windows."
  (coderlsp-run (coderlsp-get action :command) (elt (coderlsp-get action :arguments) 0) (coderlsp-get action :title)))

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client
    :server-id 'coderlsp
    :new-connection (lsp-stdio-connection (lambda () coderlsp-command) #'coderlsp-executable-p)
    :activation-fn (lambda (&rest _) (derived-mode-p coderlsp-modes))
    :language-id (lambda (_buffer) (lsp-buffer-language))
    :priority -2
    :add-on? t
    :multi-root t
    :completion-in-comments? t
    :initialization-options #'coderlsp-settings-object
    :custom-capabilities '((experimental . ((coderlspStatus . t) (coderlspInstruction . t))))
    :after-open-fn #'coderlsp-lsp--opened
    :request-handlers
    (coderlsp-lsp--handlers
     "workspace/configuration"
     (lambda (_workspace params) (make-vector (length (coderlsp-get params :items)) (coderlsp-settings-object))))
    :notification-handlers
    (coderlsp-lsp--handlers
     "coderlsp/status" #'coderlsp-lsp--status
     "$/progress" (lambda (workspace params)
                    (unless (coderlsp-take-progress (coderlsp-get params :token) (coderlsp-get params :value))
                      (funcall lsp-progress-function workspace params))))
    :action-handlers
    (apply #'coderlsp-lsp--handlers (mapcan (lambda (name) (list name #'coderlsp-lsp--do)) coderlsp-commands))))
  (unless coderlsp-popup (lsp-disable-method-for-server "textDocument/completion" 'coderlsp)))

;;;; A part of the suggestion

(defvar-local coderlsp-lsp--begun nil
  "The rest that is shown of a suggestion, all of it, and the length taken.
A list (REST ITEM LENGTH); nil when no suggestion was taken in part.")

(defun coderlsp-lsp--partly-accepted (item length)
  "Tell the server that LENGTH characters of ITEM were taken so far."
  (when (equal (coderlsp-get item :command :command) "coderlsp.accepted")
    (let ((lsp--cur-workspace (coderlsp-client-key (coderlsp-client)))
          (taken (substring (coderlsp-get item :insertText) 0 length)))
      (lsp-notify "textDocument/didPartiallyAcceptCompletion"
                  (list :item item :acceptedLength (/ (length (encode-coding-string taken 'utf-16le)) 2))))))

(defun coderlsp-lsp--range-at-point ()
  "The empty range at point, as lsp-mode has it from servers."
  (let ((here (apply #'lsp-make-position (coderlsp-get (lsp--region-to-range (point) (point)) :start))))
    (lsp-make-range :start here :end here)))

(defun coderlsp-lsp--accept-part (pattern)
  "Take what PATTERN matches at the suggestion's beginning, and show the rest."
  (let* ((item (elt lsp-inline-completion--items lsp-inline-completion--current))
         (text (coderlsp-get item :insertText))
         (whole (if (eq item (nth 0 coderlsp-lsp--begun)) (nth 1 coderlsp-lsp--begun) item))
         (before (if (eq whole item) 0 (nth 2 coderlsp-lsp--begun)))
         (part (and (string-match pattern text) (match-string 0 text))))
    (if (member part (list nil text))
        (lsp-inline-completion-accept)
      (lsp-inline-completion--clear-overlay)
      (goto-char lsp-inline-completion--start-point)
      (when-let* ((range (coderlsp-get item :range)))
        (let ((region (lsp--range-to-region range)))
          (goto-char (car region))
          (delete-region (car region) (cdr region))))
      (insert part)
      (setq lsp-inline-completion--items
            (list (coderlsp-with (coderlsp-with item :insertText (substring text (length part)))
                                 :range (coderlsp-lsp--range-at-point)))
            lsp-inline-completion--current 0
            lsp-inline-completion--start-point (point)
            coderlsp-lsp--begun (list (car lsp-inline-completion--items) whole (+ before (length part))))
      (coderlsp-lsp--partly-accepted whole (nth 2 coderlsp-lsp--begun))
      (lsp-inline-completion-show-overlay))))

(defun coderlsp-accept-word ()
  "Take the next word of the suggestion."
  (interactive)
  (coderlsp-lsp--accept-part "\\`[^[:alnum:]_]*[[:alnum:]_]*"))

(defun coderlsp-accept-line ()
  "Take the rest of the suggestion's line."
  (interactive)
  (coderlsp-lsp--accept-part "\\`\n?[^\n]*"))

;; The suggestion stays while these run.
(put 'coderlsp-accept-word 'lsp-inline-completion-keep t)
(put 'coderlsp-accept-line 'lsp-inline-completion-keep t)

(with-eval-after-load 'lsp-inline-completion
  (pcase-dolist (`(,key ,command) `((,coderlsp-accept-key lsp-inline-completion-accept)
                                    (,coderlsp-accept-word-key coderlsp-accept-word)
                                    (,coderlsp-accept-line-key coderlsp-accept-line)))
    (when key (keymap-set lsp-inline-completion-active-map key command))))

(provide 'coderlsp-lsp-mode)
;;; coderlsp-lsp-mode.el ends here
