// What is set aside, what became of an operation's deliveries, and pages where the command line has commands.
export const workVi = {
    "command.page": "trang {page}",
    "command.story": "hành trình văn bản",
    "missing.document": "Không có văn bản này",
    "missing.operation": "Không có tác vụ này",
};
